import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('dealership', '0006_set_fiscal_year'),
    ]

    operations = [
        migrations.AddField(
            model_name='dealership',
            name='confidentiality',
            field=models.PositiveSmallIntegerField(choices=[(0, 'open: both departments read who rated how'), (1, 'department: the supplier reads which department rated how, not who'), (2, 'confidential: only figures of several people together, after the month ends')], default=0, help_text='Holds for ratings from now on. What was given more confidentially stays so.', verbose_name='who learns how a person rated'),
        ),
        migrations.AddField(
            model_name='dealership',
            name='least_raters',
            field=models.PositiveSmallIntegerField(default=5, help_text='What fewer people said together is not shown. Holds for ratings from now on.', validators=[django.core.validators.MinValueValidator(3), django.core.validators.MaxValueValidator(20)], verbose_name='confidential: figures of at least so many people'),
        ),
        migrations.AddField(
            model_name='dealership',
            name='sealed_since',
            field=models.DateField(editable=False, null=True),
        ),
        migrations.AddConstraint(
            model_name='dealership',
            constraint=models.CheckConstraint(condition=models.Q(('least_raters__gte', 3)), name='dealership_least_raters_at_least_3', violation_error_message='At least 3 people.'),
        ),
    ]
