using CloudPacs.Hl7v2;
using Xunit;

namespace CloudPacs.Protocols.Tests.Hl7v2;

public sealed class Hl7TimeTests
{
    [Theory]
    [InlineData("1984", "1984-01-01T00:00:00", Hl7TimePrecision.Year, null)]
    [InlineData("198402", "1984-02-01T00:00:00", Hl7TimePrecision.Month, null)]
    [InlineData("19840229", "1984-02-29T00:00:00", Hl7TimePrecision.Day, null)]
    [InlineData("1984022909", "1984-02-29T09:00:00", Hl7TimePrecision.Hour, null)]
    [InlineData("198402290900", "1984-02-29T09:00:00", Hl7TimePrecision.Minute, null)]
    [InlineData("19840229093015", "1984-02-29T09:30:15", Hl7TimePrecision.Second, null)]
    [InlineData("19840229093015.25", "1984-02-29T09:30:15.25", Hl7TimePrecision.Fraction, null)]
    [InlineData("19840229093015.1234+0530", "1984-02-29T09:30:15.1234", Hl7TimePrecision.Fraction, 330)]
    [InlineData("198402290930-0500", "1984-02-29T09:30:00", Hl7TimePrecision.Minute, -300)]
    [InlineData("19840229-0500", "1984-02-29T00:00:00", Hl7TimePrecision.Day, -300)]
    [InlineData("20210728173635.0000+08:00", "2021-07-28T17:36:35", Hl7TimePrecision.Fraction, 480)]
    [InlineData("2021-07-28T17:36:35+08:00", "2021-07-28T17:36:35", Hl7TimePrecision.Second, 480)]
    [InlineData("2021-07-28T17:36:35-08:00", "2021-07-28T17:36:35", Hl7TimePrecision.Second, -480)]
    [InlineData("2021-07-28 17:36", "2021-07-28T17:36:00", Hl7TimePrecision.Minute, null)]
    [InlineData("2021-07-28T17:36:35.5Z", "2021-07-28T17:36:35.5", Hl7TimePrecision.Fraction, 0)]
    [InlineData("2021-07-28", "2021-07-28T00:00:00", Hl7TimePrecision.Day, null)]
    [InlineData("2021-07", "2021-07-01T00:00:00", Hl7TimePrecision.Month, null)]
    [InlineData("202412312400", "2025-01-01T00:00:00", Hl7TimePrecision.Minute, null)]
    [InlineData("  20210728  ", "2021-07-28T00:00:00", Hl7TimePrecision.Day, null)]
    public void Times_keep_their_precision_and_offset(string text, string local, Hl7TimePrecision precision, int? offsetMinutes)
    {
        Assert.True(Hl7Time.TryParse(text, out var time));

        Assert.Equal(DateTime.Parse(local, System.Globalization.CultureInfo.InvariantCulture), time.Local);
        Assert.Equal(precision, time.Precision);
        Assert.Equal(offsetMinutes, time.Offset?.TotalMinutes);
    }

    [Theory]
    [InlineData("")]
    [InlineData("198")]
    [InlineData("19841")]
    [InlineData("19841301")]
    [InlineData("19840230")]
    [InlineData("00000000")]
    [InlineData("1984022925")]
    [InlineData("198402292401")]
    [InlineData("198402290960")]
    [InlineData("19840229093015.")]
    [InlineData("19840229.5")]
    [InlineData("19840229093015+2500")]
    [InlineData("19840229093015+05300")]
    [InlineData("2021/07/28")]
    [InlineData("tomorrow")]
    [InlineData("999912312400")]
    [InlineData("20210728١٢")]
    public void What_is_no_time_is_refused(string text)
    {
        Assert.False(Hl7Time.TryParse(text, out _));
    }

    [Theory]
    [InlineData("198402")]
    [InlineData("19840229093015+0530")]
    [InlineData("19840229093015.2500-0330")]
    public void A_time_is_written_as_it_was_read(string text)
    {
        Assert.True(Hl7Time.TryParse(text, out var time));

        Assert.Equal(text, time.ToString());
    }

    [Fact]
    public void A_time_without_offset_is_read_in_the_zone()
    {
        var india = TimeZoneInfo.FindSystemTimeZoneById("Asia/Kolkata");
        Assert.True(Hl7Time.TryParse("20260310093000", out var bare));
        Assert.True(Hl7Time.TryParse("20260310093000+0800", out var own));

        Assert.Equal(new DateTimeOffset(2026, 3, 10, 9, 30, 0, new TimeSpan(5, 30, 0)), bare.ToDateTimeOffset(india));
        Assert.Equal(new DateTimeOffset(2026, 3, 10, 9, 30, 0, new TimeSpan(8, 0, 0)), own.ToDateTimeOffset(india));
        Assert.Equal(new TimeSpan(-3, 0, 0), bare.ToDateTimeOffset(new TimeSpan(-3, 0, 0)).Offset);
    }

    [Theory]
    [InlineData("202603290230", 1, true)]
    [InlineData("202610250230", 2, true)]
    [InlineData("202607010230", 2, false)]
    public void In_gaps_and_overlaps_the_offset_before_the_change_counts(string text, int hours, bool isUncertain)
    {
        Assert.True(Hl7Time.TryParse(text, out var time));

        var instant = time.ToDateTimeOffset(TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin"), out var flag);

        Assert.Equal(TimeSpan.FromHours(hours), instant.Offset);
        Assert.Equal(isUncertain, flag);
    }

    [Fact]
    public void The_ends_of_the_calendar_do_not_throw()
    {
        Assert.True(Hl7Time.TryParse("00010101000000+1400", out var first));
        Assert.True(Hl7Time.TryParse("99991231235959-1400", out var last));

        Assert.Equal(1, first.ToDateTimeOffset(TimeSpan.Zero).Year);
        Assert.Equal(9999, last.ToDateTimeOffset(TimeSpan.Zero).Year);
    }

    [Theory]
    [InlineData("0930", "09:30:00", null)]
    [InlineData("093015.25-0500", "09:30:15.25", -300)]
    [InlineData("09", "09:00:00", null)]
    [InlineData("2400", "00:00:00", null)]
    public void A_time_of_day_is_read(string text, string local, int? offsetMinutes)
    {
        Assert.True(Hl7TimeOfDay.TryParse(System.Text.Encoding.ASCII.GetBytes(text), out var time));

        Assert.Equal(TimeOnly.Parse(local, System.Globalization.CultureInfo.InvariantCulture), time.Local);
        Assert.Equal(offsetMinutes, time.Offset?.TotalMinutes);
    }

    [Theory]
    [InlineData("")]
    [InlineData("9")]
    [InlineData("2500")]
    [InlineData("+0500")]
    [InlineData("noon")]
    public void What_is_no_time_of_day_is_refused(string text)
    {
        Assert.False(Hl7TimeOfDay.TryParse(System.Text.Encoding.ASCII.GetBytes(text), out _));
    }
}
