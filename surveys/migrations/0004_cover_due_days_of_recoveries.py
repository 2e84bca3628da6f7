from django.db import migrations, models


class Migration(migrations.Migration):
    """The figures also say how many are overdue: the index that covers them holds the days by which that is known."""

    dependencies = [
        ("surveys", "0003_create_recoveries_and_short_notice"),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="recovery",
            name="recovery_link_day_cover",
        ),
        migrations.AddIndex(
            model_name="recovery",
            index=models.Index(
                fields=["link", "day", "state", "opened_at", "closed_at", "due_on", "promised_on"],
                name="recovery_link_day_cover",
            ),
        ),
    ]
