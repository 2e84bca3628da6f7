"""Key rollup rows by store, grain, start and link; make a rating unique within its store alone."""

from typing import Any

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


def mark_everything(apps: Any, schema_editor: Any) -> None:
    """Have every link and day counted anew: the rollups begin empty, and their consumer fills them from the marks."""
    Interaction = apps.get_model("supplychain", "Interaction")
    Mark = apps.get_model("supplychain", "Mark")
    days = Interaction.objects.order_by().values_list("dealership_id", "link_id", "day").distinct()
    batch = []
    for dealership_id, link_id, day in days.iterator():
        batch.append(Mark(dealership_id=dealership_id, link_id=link_id, day=day))
        if len(batch) == 1000:
            Mark.objects.bulk_create(batch)
            batch = []
    Mark.objects.bulk_create(batch)


class Migration(migrations.Migration):

    dependencies = [
        ("dealership", "0003_keep_job_runs"),
        ("supplychain", "0002_drop_doubled_indexes"),
        ("surveys", "0001_create_surveys"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(model_name="rating", name="rating_once_per_interaction"),
        migrations.AlterField(
            model_name="rating",
            name="dealership",
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="dealership.dealership", verbose_name="dealership"),
        ),
        migrations.AlterField(
            model_name="rating",
            name="interaction",
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="ratings", related_query_name="rating", to="supplychain.interaction", verbose_name="interaction"),
        ),
        migrations.AlterField(
            model_name="rating",
            name="rater",
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="ratings", to=settings.AUTH_USER_MODEL, verbose_name="rater"),
        ),
        migrations.AddConstraint(
            model_name="rating",
            constraint=models.UniqueConstraint(fields=("interaction", "dealership"), name="rating_once_per_interaction"),
        ),
        # A primary key cannot be altered into a composite one. What the table holds is derived: it is made anew.
        migrations.DeleteModel(name="Rollup"),
        migrations.CreateModel(
            name="Rollup",
            fields=[
                ("pk", models.CompositePrimaryKey("dealership_id", "grain", "start", "link_id", blank=True, editable=False, primary_key=True, serialize=False)),
                ("grain", models.SmallIntegerField(choices=[(1, "week"), (2, "month")])),
                ("start", models.DateField()),
                ("interactions", models.IntegerField(default=0)),
                ("due", models.IntegerField(default=0)),
                ("expired", models.IntegerField(default=0)),
                ("binary_0", models.IntegerField(default=0)),
                ("binary_1", models.IntegerField(default=0)),
                ("five_1", models.IntegerField(default=0)),
                ("five_2", models.IntegerField(default=0)),
                ("five_3", models.IntegerField(default=0)),
                ("five_4", models.IntegerField(default=0)),
                ("five_5", models.IntegerField(default=0)),
                ("dealership", models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="dealership.dealership")),
                ("link", models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="rollups", to="supplychain.link")),
            ],
            options={"verbose_name": "rollup", "verbose_name_plural": "rollups"},
        ),
        migrations.RunPython(mark_everything, mark_everything),
    ]
