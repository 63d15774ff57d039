using CloudPacs.EndToEnd.Tests.Engines;
using CloudPacs.EndToEnd.Tests.Peers;
using Xunit;

namespace CloudPacs.EndToEnd.Tests;

/// <summary>Performed procedure steps as a modality of another library reports them, seen by DCMTK and in FHIR.</summary>
public sealed class PerformedStepTests(SharedEngine shared)
{
    [Fact]
    public async Task A_step_is_started_and_completed()
    {
        var engine = await shared.GetAsync();
        await using var his = new HisSender(engine.MllpPort);
        var order = new OrderText("PP01", "PP-1", "PERFORM^PAUL");
        await his.PlaceAsync(order);

        var begun = await DcmjsMpps.ReportAsync(engine, DcmjsMpps.Create("1.2.3.1", order));
        var during = await Findscu.QueryAsync(engine.DicomPort, "00080050=PP01", ">00400020=STARTED");
        var ended = await DcmjsMpps.ReportAsync(engine, DcmjsMpps.Set("1.2.3.1", "COMPLETED"));
        var after = await Findscu.QueryAsync(engine.DicomPort, "00080050=PP01", ">00400020=COMPLETED");

        Assert.Equal([(0, "")], begun);
        Assert.Equal("STARTED", Assert.Single(during).Status);
        Assert.Equal([(0, "")], ended);
        Assert.Equal("COMPLETED", Assert.Single(after).Status);
        Assert.Empty(await Findscu.QueryAsync(engine.DicomPort, "00080050=PP01"));
    }
}
