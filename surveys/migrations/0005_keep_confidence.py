import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


SCORES = ('binary_0', 'binary_1', 'five_1', 'five_2', 'five_3', 'five_4', 'five_5')


def count_rated(apps, schema_editor):
    """Until now every rating was told openly: as many interactions were rated as there are scores."""
    rated = sum((models.F(score) for score in SCORES[1:]), models.F(SCORES[0]))
    apps.get_model('surveys', 'Rollup').objects.update(rated=rated)


class Migration(migrations.Migration):

    dependencies = [
        ('dealership', '0007_choose_confidentiality'),
        ('supplychain', '0003_create_requests_and_calls'),
        ('surveys', '0004_cover_due_days_of_recoveries'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='SealedBatch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('month', models.DateField(verbose_name='month')),
                ('frozen_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='frozen')),
            ],
            options={
                'verbose_name': 'batch of confidential ratings',
                'verbose_name_plural': 'batches of confidential ratings',
            },
        ),
        migrations.CreateModel(
            name='SealedBlock',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('start', models.DateField()),
                ('end', models.DateField()),
                ('links', models.JSONField()),
                ('short_notice', models.BooleanField(null=True)),
                ('binary_0', models.IntegerField(default=0)),
                ('binary_1', models.IntegerField(default=0)),
                ('five_1', models.IntegerField(default=0)),
                ('five_2', models.IntegerField(default=0)),
                ('five_3', models.IntegerField(default=0)),
                ('five_4', models.IntegerField(default=0)),
                ('five_5', models.IntegerField(default=0)),
                ('reasons', models.JSONField(default=dict)),
                ('comments', models.JSONField(default=list)),
            ],
            options={
                'verbose_name': 'block of confidential ratings',
                'verbose_name_plural': 'blocks of confidential ratings',
            },
        ),
        migrations.RemoveIndex(
            model_name='rating',
            name='rating_link_day_cover',
        ),
        migrations.RemoveIndex(
            model_name='rating',
            name='rating_short_notice_cover',
        ),
        migrations.AddField(
            model_name='rating',
            name='disclosure',
            field=models.PositiveSmallIntegerField(choices=[(0, 'open: both departments read who rated how'), (1, 'department: the supplier reads which department rated how, not who'), (2, 'confidential: only figures of several people together, after the month ends')], default=0, editable=False),
        ),
        migrations.AddField(
            model_name='rating',
            name='least_raters',
            field=models.PositiveSmallIntegerField(default=0, editable=False),
        ),
        migrations.AddField(
            model_name='rating',
            name='sealed_month',
            field=models.DateField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name='ratingchange',
            name='disclosure',
            field=models.PositiveSmallIntegerField(choices=[(0, 'open: both departments read who rated how'), (1, 'department: the supplier reads which department rated how, not who'), (2, 'confidential: only figures of several people together, after the month ends')], default=0, editable=False),
        ),
        migrations.AddField(
            model_name='rollup',
            name='rated',
            field=models.IntegerField(default=0),
        ),
        migrations.RunPython(count_rated, migrations.RunPython.noop),
        migrations.AddField(
            model_name='sealedbatch',
            name='dealership',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='dealership.dealership', verbose_name='dealership'),
        ),
        migrations.AddField(
            model_name='sealedblock',
            name='batch',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='blocks', to='surveys.sealedbatch'),
        ),
        migrations.AddField(
            model_name='sealedblock',
            name='dealership',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='dealership.dealership'),
        ),
        migrations.AddField(
            model_name='rating',
            name='block',
            field=models.ForeignKey(db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='ratings', to='surveys.sealedblock'),
        ),
        migrations.AddIndex(
            model_name='rating',
            index=models.Index(fields=['link', 'day', 'score', 'disclosure', 'scale'], name='rating_link_day_cover'),
        ),
        migrations.AddIndex(
            model_name='rating',
            index=models.Index(condition=models.Q(('short_notice', True)), fields=['link', 'day', 'score', 'disclosure', 'scale'], name='rating_short_notice_cover'),
        ),
        migrations.AddIndex(
            model_name='rating',
            index=models.Index(condition=models.Q(('block__isnull', True), ('sealed_month__isnull', False)), fields=['dealership', 'sealed_month', 'link'], name='rating_held_back'),
        ),
        migrations.AddConstraint(
            model_name='rating',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('disclosure', 2), ('least_raters__gte', 3), ('sealed_month__isnull', False)), models.Q(('block__isnull', True), ('disclosure__lt', 2), ('sealed_month__isnull', True)), _connector='OR'), name='rating_confidential_has_its_month'),
        ),
        migrations.AddConstraint(
            model_name='sealedbatch',
            constraint=models.UniqueConstraint(fields=('dealership', 'month'), name='sealed_batch_once_a_month'),
        ),
        migrations.AddIndex(
            model_name='sealedblock',
            index=models.Index(fields=['dealership', 'start'], name='sealed_block_store_start'),
        ),
    ]
