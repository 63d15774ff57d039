using System.Globalization;
using System.Net;
using System.Text;
using CloudPacs.Dicom;
using CloudPacs.Dicom.Network;
using CloudPacs.EndToEnd.Tests.Crash;
using CloudPacs.EndToEnd.Tests.Peers;
using CloudPacs.EndToEnd.Tests.Studies;
using CloudPacs.Integration.Tests.Performed;
using Xunit;

namespace CloudPacs.EndToEnd.Tests.Performed;

/// <summary>The cases of performed steps over DIMSE and over HTTP, each with an order of its own: the same answers and the same end.</summary>
public sealed class PerformedDoorsTests(StudyEngine shared)
{
    [Fact]
    public async Task Every_case_ends_alike_over_both_doors_and_is_answered_as_the_standard_says()
    {
        var engine = await shared.GetAsync();
        await using var his = new HisSender(engine.MllpPort);
        await using var lenient = await PerformedModality.ConnectAsync(engine, PerformedStations.Lenient);
        await using var strict = await PerformedModality.ConnectAsync(engine, PerformedStations.Strict);
        using var web = new DicomWebModality(engine);
        List<string> differences = [];

        for (var number = 0; number < PerformedCase.All.Count; number++)
        {
            var tested = PerformedCase.All[number];
            var modality = tested.IsStrict ? strict : lenient;
            var (first, second) = (Order("D", number), Order("W", number));
            await his.PlaceAsync(first, second);
            var station = tested.IsStrict ? PerformedStations.Strict : PerformedStations.Lenient;

            var dimse = await OverDimseAsync(modality, tested, PerformedModality.SubjectOf(first, station), UidOf("1", number));
            var http = await OverHttpAsync(web, tested, PerformedModality.SubjectOf(second, station), UidOf("2", number), number % 2 == 0);
            differences.AddRange(dimse.Concat(http).Select(text => $"{tested}: {text}"));
            foreach (var (door, order) in ((string, OrderText)[])[("DIMSE", first), ("HTTP", second)])
            {
                if (!await modality.HasStateAsync(order.Accession, tested.StepState)) differences.Add($"{tested}: after {door} the entry is not {tested.StepState}");
            }

            // What came by one door is read by the other.
            var (left, right) = (await web.RetrieveAsync(UidOf("1", number)), await modality.RetrieveAsync(UidOf("2", number)));
            if ((left?.GetString(Tags.PerformedProcedureStepStatus) ?? "") != tested.State) differences.Add($"{tested}: after DIMSE the step is not {tested.State}");
            if (Text(left, first, UidOf("1", number)) != Text(right, second, UidOf("2", number))) differences.Add($"{tested}: the steps differ");
        }

        Assert.Empty(differences);
        Assert.Equal("ready", await engine.GetAsync("/health/ready"));
    }

    [Theory]
    [InlineData(PerformedStations.Lenient, 0x0112, 404, "SCHEDULED", "STARTED")]
    [InlineData(PerformedStations.Keeping, 0x0112, 404, "SCHEDULED", "COMPLETED")]
    [InlineData(PerformedStations.Accepting, 0x0000, 200, "SCHEDULED", "COMPLETED")]
    public async Task A_change_whose_creation_has_not_come_is_refused_or_kept_as_the_station_is_set(string station, int dimse, int http, string before, string after)
    {
        var engine = await shared.GetAsync();
        await using var his = new HisSender(engine.MllpPort);
        await using var modality = await PerformedModality.ConnectAsync(engine, station);
        using var web = new DicomWebModality(engine);
        var number = station.Length + dimse;
        var (first, second) = (Order("K", number), Order("L", number));
        await his.PlaceAsync(first, second);
        DataSet Of(string text, OrderText order) => PerformedReportText.Of(text).DataSet(PerformedModality.SubjectOf(order, station));
        async Task AssertAsync(string state)
        {
            Assert.True(await modality.HasStateAsync(first.Accession, state));
            Assert.True(await modality.HasStateAsync(second.Accession, state));
        }

        for (var n = 0; n < 2; n++)
        {
            Assert.Equal(dimse, (await modality.SetAsync(UidOf("4", number), Of("complete", first))).Status);
            Assert.Equal(http, (int)(await web.UpdateAsync(UidOf("5", number), Of("complete", second).Set(Tags.PerformedStationAeTitle, station))).Status);
        }

        await AssertAsync(before);
        Assert.Equal(DimseStatus.Success, (await modality.CreateAsync(UidOf("4", number), Of("create", first))).Status);
        Assert.Equal(HttpStatusCode.Created, (await web.CreateAsync(UidOf("5", number), Of("create", second))).Status);
        await AssertAsync(after);
    }

    [Fact]
    public async Task What_came_by_one_door_is_known_by_the_other()
    {
        var engine = await shared.GetAsync();
        await using var his = new HisSender(engine.MllpPort);
        await using var modality = await PerformedModality.ConnectAsync(engine, PerformedStations.Lenient);
        using var web = new DicomWebModality(engine);
        var (order, uid) = (Order("A", 0), UidOf("3", 0));
        await his.PlaceAsync(order);
        var subject = PerformedModality.SubjectOf(order);
        DataSet Report(string text) => PerformedReportText.Of(text).DataSet(subject);

        Assert.Equal(DimseStatus.Success, (await modality.CreateAsync(uid, Report("create"))).Status);
        Assert.Equal(HttpStatusCode.Created, (await web.CreateAsync(uid, Report("create"), DicomWebModality.Json)).Status);
        Assert.Equal(HttpStatusCode.Created, (await web.CreateAsync(uid, Report("create"), DicomWebModality.Xml)).Status);
        Assert.Equal(HttpStatusCode.Conflict, (await web.CreateAsync(uid, Report("create StudyID=7"))).Status);
        Assert.Equal(HttpStatusCode.OK, (await web.UpdateAsync(uid, Report("complete"), DicomWebModality.Xml)).Status);
        Assert.Equal(DimseStatus.Success, (await modality.SetAsync(uid, Report("complete"))).Status);
        Assert.Equal(DimseStatus.ProcessingFailure, (await modality.SetAsync(uid, Report("discontinue"))).Status);

        Assert.True(await modality.HasStateAsync(order.Accession, "COMPLETED"));
        await using var database = new EngineDatabase(engine);
        Assert.Equal(["performed.changed", "performed.completed", "performed.started"], await database.ListAsync(
            $"SELECT action FROM audit_event JOIN performed_procedure_step m ON entity = m.id::text WHERE m.sop_instance_uid = '{uid}' ORDER BY action",
            static row => row.GetString(0)));
    }

    private static async Task<List<string>> OverDimseAsync(PerformedModality modality, PerformedCase tested, PerformedSubject subject, string uid)
    {
        List<string> differences = [];
        foreach (var exchange in tested.Exchanges)
        {
            var report = PerformedReportText.Of(exchange.Report);
            var answer = report.Begins ? await modality.CreateAsync(uid, report.DataSet(subject)) : await modality.SetAsync(uid, report.DataSet(subject));
            var named = exchange.Attribute.Length == 0 ? [] : new[] { PerformedReportText.TagOf(exchange.Attribute) };
            var comment = DimseStatus.IsWarning(exchange.Status) ? "Some attributes may not be changed" : exchange.Text;
            if (answer.Status != exchange.Status || (answer.ErrorComment ?? "") != comment || !answer.Attributes.SequenceEqual(named))
                differences.Add($"{exchange.Report} over DIMSE: {answer.Status:X4}H {answer.ErrorComment} {string.Join(' ', answer.Attributes)}");
            if (answer.ErrorId != (exchange.Status == DimseStatus.ProcessingFailure ? 0xA710 : null)) differences.Add($"{exchange.Report}: Error ID {answer.ErrorId:X4}H");
        }

        return differences;
    }

    private static async Task<List<string>> OverHttpAsync(DicomWebModality web, PerformedCase tested, PerformedSubject subject, string uid, bool asXml)
    {
        List<string> differences = [];
        var form = asXml ? DicomWebModality.Xml : DicomWebModality.Json;
        foreach (var exchange in tested.Exchanges)
        {
            var report = PerformedReportText.Of(exchange.Report);
            var answer = report.Begins ? await web.CreateAsync(uid, report.DataSet(subject), form) : await web.UpdateAsync(uid, report.DataSet(subject), form);
            var isWarned = DimseStatus.IsWarning(exchange.Status);
            var named = exchange.Attribute.Length == 0 || isWarned ? [] : new[] { PerformedReportText.TagOf(exchange.Attribute).ToString() };
            if ((int)answer.Status != exchange.Http || !answer.Attributes.SequenceEqual(named)
                || answer.Detail != (exchange.Text.Length == 0 || isWarned ? "" : exchange.Text + ".") || (isWarned && !answer.Warnings.Contains(exchange.Text, StringComparison.Ordinal)))
                differences.Add($"{exchange.Report} over HTTP: {(int)answer.Status} {answer.Text} {answer.Warnings}");
        }

        return differences;
    }

    /// <summary>The step without what tells the two orders apart.</summary>
    private static string Text(DataSet? step, OrderText order, string uid)
    {
        if (step is null) return "";
        var same = step.Copy();
        same.Remove(Tags.SopClassUid);
        same.Remove(Tags.SopInstanceUid);
        return Encoding.UTF8.GetString(DicomJson.ToUtf8Bytes(same)).Replace(uid, "UID", StringComparison.Ordinal)
            .Replace(order.StudyUid, "STUDY", StringComparison.Ordinal).Replace(order.Accession, "ACCESSION", StringComparison.Ordinal)
            .Replace(order.PatientId, "PATIENT", StringComparison.Ordinal);
    }

    private static OrderText Order(string door, int number) =>
        new(string.Create(CultureInfo.InvariantCulture, $"PC{door}{number:000}"), string.Create(CultureInfo.InvariantCulture, $"PCP{door}{number:000}"), "DOORS^DORA");

    private static string UidOf(string door, int number) => string.Create(CultureInfo.InvariantCulture, $"1.2.826.0.1.3680043.10.9.8.{door}.{number}");
}
