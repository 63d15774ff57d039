using CloudPacs.Dicom;
using CloudPacs.Settings;
using CloudPacs.Worklist;
using Xunit;

namespace CloudPacs.Integration.Tests.Worklist;

/// <summary>Who asks why an entry is missing is told that the station is not configured, and what that means.</summary>
public class UnconfiguredStationTests
{
    [Theory]
    [InlineData("CT1", "CT1", "modality", null)]
    [InlineData("CT1", "MR9", "modality", "MR9 is not configured (Dicom:Stations): it is served from this machine only and rejected from elsewhere, finds entries of every facility, and none of those that name no station")]
    [InlineData("CT1", "ct1", "modality", "ct1 is not configured (Dicom:Stations); CT1 is, and titles are compared as they are written")]
    [InlineData("CT1", "MR9", "MR9", "finds entries of every facility, and those that name no station too")]
    [InlineData("", "MR9", "modality", "finds entries of every facility, and those that name no station too")]
    [InlineData("", "MR9", "none", "and none of those that name no station")]
    public void A_station_that_is_not_configured_is_told(string configured, string asking, string unassigned, string? told)
    {
        var settings = new EngineSettings { Worklist = { UnassignedVisibleTo = unassigned } };
        if (configured.Length > 0) settings.Dicom.Stations[configured] = new StationSettings();
        var why = new WorklistWhy(
            SampleWorklist.Create(), new StationDirectory(settings), new LastQueries(TimeProvider.System), new SiteClock(TimeProvider.System, TimeZoneInfo.Utc));

        var answer = why.Explain(asking, "ACC1006", null, new DataSet());

        if (told is null) Assert.Null(answer.Unconfigured);
        else Assert.Contains(told, answer.Unconfigured, StringComparison.Ordinal);
    }
}
