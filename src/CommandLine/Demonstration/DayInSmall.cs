using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using CloudPacs.Dicom;
using CloudPacs.Dicom.Network;
using CloudPacs.Integration.Hosting;
using CloudPacs.Mllp;
using CloudPacs.Studies.Viewing;

namespace CloudPacs.CommandLine.Demonstration;

/// <summary>Plays a hospital information system and a CT console against a running engine and tells what happens.</summary>
/// <param name="mllp">Where the engine takes messages.</param>
/// <param name="dicom">Where it takes associations.</param>
/// <param name="http">Where it is asked over HTTP.</param>
/// <param name="findStudy">Gives the id of a study by its UID.</param>
/// <param name="told">Hears what the engine tells the hospital information system.</param>
/// <param name="output">Takes the story.</param>
internal sealed class DayInSmall(
    IPEndPoint mllp, IPEndPoint dicom, Uri http, Func<string, CancellationToken, Task<Guid>> findStudy, StatusListener told,
    TextWriter output)
{
    private const string MppsClass = Uids.ModalityPerformedProcedureStep;
    private readonly TimeProvider _clock = TimeProvider.System;
    private int _step;

    public async Task PlayAsync(CancellationToken cancellationToken)
    {
        await using var his = new MllpClient(
            new MllpClientOptions { Host = mllp.Address.ToString(), Port = mllp.Port, MaxAttempts = 1 }, _clock);
        var start = _clock.GetLocalNow().AddHours(1).ToString("yyyyMMddHHmm00", CultureInfo.InvariantCulture);

        Tell($"The hospital information system orders a chest CT for Rahul Sharma (ORM^O01 over MLLP to {mllp}).");
        var order = Order("NW", "DEMO1", 1, "10006579", "SHARMA^RAHUL^KUMAR^^MR", start);
        await SendAsync(his, order, cancellationToken);

        Tell(
            $"The CT asks for its worklist (DICOM C-FIND to {dicom}): the order is there, with everything that will be written into the "
                + "images.");
        await FindAsync("ACC10001", 1, cancellationToken);

        Tell("The same order comes again, byte for byte: the answer is the stored one, and nothing happens twice.");
        await SendAsync(his, order, cancellationToken);
        await FindAsync("ACC10001", 1, cancellationToken);

        Tell("The patient's name is corrected (ADT^A08): the next query shows it.");
        await SendAsync(his, Header("ADT^A08", "DEMO3") + Patient("10006579", "SHARMA^RAHUL^K^^MR"), cancellationToken);
        await FindAsync("ACC10001", 1, cancellationToken);

        Tell("He turns out to be registered twice; the two records are merged (ADT^A40). The order follows the surviving number.");
        await SendAsync(
            his, Header("ADT^A40^ADT_A39", "DEMO4") + Patient("20001", "SHARMA^RAHUL^K^^MR") + "MRG|10006579^^^MERCY^MR\r",
            cancellationToken);
        await FindAsync("ACC10001", 1, cancellationToken);

        Tell("An order without a patient identifier is refused; the answer names segment, field and code.");
        await SendAsync(his, Order("NW", "DEMO5", 2, "", "DOE^JOHN", start), cancellationToken);

        Tell("A second CT is ordered and cancelled (ORC-1 = CA): when the answer is there, no query returns it any more.");
        await SendAsync(his, Order("NW", "DEMO6", 2, "20001", "SHARMA^RAHUL^K^^MR", start), cancellationToken);
        await FindAsync("ACC10002", 1, cancellationToken);
        await SendAsync(his, Order("CA", "DEMO7", 2, "20001", "SHARMA^RAHUL^K^^MR", start), cancellationToken);
        await FindAsync("ACC10002", 0, cancellationToken);

        Tell("The CT begins (MPPS N-CREATE): the step is taken, and the hospital information system is told at once.");
        await PerformAsync(static (console, uid, token) => console.CreateAsync(MppsClass, uid, Started(), token), cancellationToken);
        await FindAsync("ACC10001", 1, cancellationToken);

        Tell("The CT is done (MPPS N-SET): the order is completed and leaves the worklist.");
        await PerformAsync(static (console, uid, token) => console.SetAsync(MppsClass, uid, Completed(), token), cancellationToken);
        await FindAsync("ACC10001", 0, cancellationToken);

        Tell("It sends its image (C-STORE): the answer says that it is kept and linked. EHRs read the study as a FHIR ImagingStudy.");
        await StoreImageAsync(cancellationToken);

        Tell("The report comes in (ORU^R01): it belongs to the order, and EHRs read it as a FHIR DiagnosticReport.");
        await SendAsync(his, Report("DEMO8"), cancellationToken);
        await ShowReportAsync(cancellationToken);

        Tell(
            $"Everything that came in is in the journal ({http}api/messages), what became of it in FHIR ({http}fhir/metadata), numbers "
                + $"at {http}metrics.");
        await ShowJournalAsync(cancellationToken);
        output.WriteLine("\nThat was the day in small. With --keep the engine goes on, so that you can open these addresses.");
    }

    private async Task PerformAsync(
        Func<DicomClient, string, CancellationToken, Task<InstanceResult>> report, CancellationToken cancellationToken)
    {
        await using var console = await ConnectAsync(MppsClass, cancellationToken);
        var result = await report(console, DemoImage.PerformedStepUid, cancellationToken);
        await console.ReleaseAsync(cancellationToken);
        output.WriteLine($"   answered  status {result.Status:X4} {result.ErrorComment}");
        if (result.Status != DimseStatus.Success) throw new StartException("The performed step was not accepted.");
        output.WriteLine($"   told      {await told.NextAsync(cancellationToken)}");
    }

    private async Task StoreImageAsync(CancellationToken cancellationToken)
    {
        var status = await DemoImage.SendAsync(Console(Uids.Verification), _clock, cancellationToken);
        output.WriteLine($"   answered  status {status:X4}");
        using var client = new HttpClient();
        var id = await findStudy(DemoImage.StudyInstanceUid, cancellationToken);
        var study = JsonNode.Parse(await client.GetStringAsync(new Uri(http, $"fhir/ImagingStudy/{id}"), cancellationToken))!;
        output.WriteLine($"   read      {http}fhir/ImagingStudy/{id}");
        output.WriteLine($"   says      {study["status"]}, {study["modality"]?[0]?["code"]}, {study["numberOfInstances"]} image in "
            + $"{study["numberOfSeries"]} series, based on {study["basedOn"]?[0]?["reference"]}, "
            + $"to be fetched from {study["endpoint"]?[0]?["reference"]}");
        var rendered = new Uri(http, $"dicomweb/{DemoImage.Path}/rendered");
        using var picture = await client.GetAsync(rendered, cancellationToken);
        if (!picture.IsSuccessStatusCode) throw new StartException($"The image is not rendered: status {(int)picture.StatusCode}.");
        output.WriteLine($"   shown     {rendered} (open it in a browser: {picture.Content.Headers.ContentType})");
        var viewer = new Uri(http, ViewerRoutes.PathOf(DemoImage.StudyInstanceUid));
        using var page = await client.GetAsync(viewer, cancellationToken);
        output.WriteLine(
            $"   viewer    {(page.IsSuccessStatusCode ? $"{viewer}" : await page.Content.ReadAsStringAsync(cancellationToken))}");
    }

    private Task<DicomClient> ConnectAsync(string sopClass, CancellationToken cancellationToken) =>
        DicomClient.ConnectAsync(Console(sopClass), _clock, cancellationToken);

    private DicomClientOptions Console(string sopClass) => new()
    {
        Host = dicom.Address.ToString(), Port = dicom.Port, CallingAe = "CT1", CalledAe = "CLOUDPACS",
        Contexts = [ProposedContext.LittleEndian(sopClass)],
    };

    private void Tell(string text) => output.WriteLine($"\n{++_step}. {text}");

    private async Task SendAsync(MllpClient his, string text, CancellationToken cancellationToken)
    {
        var answer = await his.SendAsync(Encoding.UTF8.GetBytes(text), static _ => true, cancellationToken);
        if (!answer.IsAnswered) throw new StartException($"The engine did not answer: {answer.Problem}");
        var lines = Encoding.UTF8.GetString(answer.Payload.Span).Split('\r', StringSplitOptions.RemoveEmptyEntries);
        output.WriteLine($"   sent      {text[..text.IndexOf('\r', StringComparison.Ordinal)]}");
        foreach (var line in lines.Skip(1)) output.WriteLine($"   answered  {line}");
    }

    private async Task FindAsync(string accession, int expected, CancellationToken cancellationToken)
    {
        await using var console = await ConnectAsync(Uids.ModalityWorklistFind, cancellationToken);
        var step = new DataSet()
            .SetEmpty(Tags.Modality)
            .SetEmpty(Tags.ScheduledProcedureStepStartDate)
            .SetEmpty(Tags.ScheduledProcedureStepStartTime)
            .SetEmpty(Tags.ScheduledProcedureStepStatus);
        var keys = new DataSet()
            .Set(Tags.AccessionNumber, accession)
            .SetEmpty(Tags.PatientName)
            .SetEmpty(Tags.PatientId)
            .SetEmpty(Tags.StudyInstanceUid)
            .SetSequence(Tags.ScheduledProcedureStepSequence, step);
        var count = 0;
        await foreach (var found in console.FindAsync(Uids.ModalityWorklistFind, keys, cancellationToken))
        {
            count++;
            var item = found.Identifier.GetItems(Tags.ScheduledProcedureStepSequence)[0];
            output.WriteLine($"   found     {accession}  {found.Identifier.GetString(Tags.PatientId)}  "
                + $"{found.Identifier.GetString(Tags.PatientName)}  {item.GetString(Tags.Modality)}  "
                + $"{item.GetString(Tags.ScheduledProcedureStepStartDate)} {item.GetString(Tags.ScheduledProcedureStepStartTime)}  "
                    + $"{item.GetString(Tags.ScheduledProcedureStepStatus)}  {found.Identifier.GetString(Tags.StudyInstanceUid)}");
        }

        await console.ReleaseAsync(cancellationToken);
        if (count == 0) output.WriteLine("   found     nothing");
        if (count != expected) throw new StartException($"The demonstration expected {expected} entries and found {count}.");
    }

    private async Task ShowReportAsync(CancellationToken cancellationToken)
    {
        using var client = new HttpClient();
        async Task<JsonNode> GetAsync(string path) => JsonNode.Parse(await client.GetStringAsync(new Uri(http, path), cancellationToken))!;
        var newest = (await GetAsync("api/messages?limit=1"))["messages"]![0]!;
        var message = await GetAsync($"api/messages/{newest["id"]}");
        var reference = message["acts"]!.AsArray().Select(static act => (string)act!["resource"]!)
            .First(static resource => resource.StartsWith("DiagnosticReport/", StringComparison.Ordinal));
        var report = await GetAsync($"fhir/{reference}");
        var procedure = report["code"]?["coding"]?[0]?["display"];
        output.WriteLine($"   read      {http}fhir/{reference}");
        output.WriteLine($"   says      {report["status"]}, {procedure}, based on {report["basedOn"]?[0]?["reference"]}");
    }

    private async Task ShowJournalAsync(CancellationToken cancellationToken)
    {
        using var client = new HttpClient();
        var page = JsonNode.Parse(await client.GetStringAsync(new Uri(http, "api/messages"), cancellationToken))!;
        foreach (var message in page["messages"]!.AsArray().Reverse())
            output.WriteLine($"   journal   {message!["type"]}  {message["controlId"]}  {message["status"]}  {message["ack"]}");
    }

    private string Order(string control, string controlId, int number, string patientId, string name, string start) =>
        Header("ORM^O01", controlId) + Patient(patientId, name) + "PV1|1|O|RADOPD\r"
        + $"ORC|{control}|PLC{number}^HIS|FIL{number}^RIS||||^^^{start}^^R\r"
        + $"OBR|1|PLC{number}^HIS|FIL{number}^RIS|CTCHEST^CT Chest^L"
        + $"||||||||||||||ACC1000{number}|RP1000{number}|SPS1000{number}||||CT|||^^^{start}^^R\r"
        + $"ZDS|1.2.826.0.1.3680043.10.1.9999.1.{number}^RIS^Application^DICOM\r";

    private string Report(string controlId) =>
        Header("ORU^R01", controlId) + Patient("20001", "SHARMA^RAHUL^K^^MR")
        + "ORC|RE|PLC1^HIS|FIL1^RIS\r"
        + "OBR|1|PLC1^HIS|FIL1^RIS|CTCHEST^CT Chest^L||||||||||||||ACC10001|||||||F\r"
        + "OBX|1|TX|CTCHEST^CT Chest^L||Lungs clear. No pleural effusion.||||||F\r";

    /// <summary>What the CT says when it begins (PS3.4 table F.7.2-1).</summary>
    private static DataSet Started()
    {
        var now = TimeProvider.System.GetLocalNow();
        return new DataSet()
            .SetSequence(Tags.ScheduledStepAttributesSequence, new DataSet()
                .Set(Tags.StudyInstanceUid, DemoImage.StudyInstanceUid)
                .Set(Tags.AccessionNumber, "ACC10001")
                .Set(Tags.RequestedProcedureId, "RP10001")
                .Set(Tags.ScheduledProcedureStepId, "SPS10001"))
            .Set(Tags.PatientName, "SHARMA^RAHUL^K^^MR")
            .Set(Tags.PatientId, "20001")
            .Set(Tags.PerformedProcedureStepId, "PPS1")
            .Set(Tags.PerformedStationAeTitle, "CT1")
            .Set(Tags.PerformedProcedureStepStartDate, now.ToString("yyyyMMdd", CultureInfo.InvariantCulture))
            .Set(Tags.PerformedProcedureStepStartTime, now.ToString("HHmmss", CultureInfo.InvariantCulture))
            .Set(Tags.PerformedProcedureStepStatus, "IN PROGRESS")
            .Set(Tags.Modality, "CT")
            .SetEmpty(Tags.PerformedSeriesSequence);
    }

    private static DataSet Completed()
    {
        var now = TimeProvider.System.GetLocalNow();
        return new DataSet()
            .Set(Tags.PerformedProcedureStepStatus, "COMPLETED")
            .Set(Tags.PerformedProcedureStepEndDate, now.ToString("yyyyMMdd", CultureInfo.InvariantCulture))
            .Set(Tags.PerformedProcedureStepEndTime, now.ToString("HHmmss", CultureInfo.InvariantCulture))
            .SetSequence(Tags.PerformedSeriesSequence, new DataSet()
                .Set(Tags.SeriesInstanceUid, DemoImage.SeriesInstanceUid)
                .Set(Tags.ProtocolName, "CHEST"));
    }

    private string Header(string type, string controlId) =>
        $"MSH|^~\\&|HIS|MERCY|CLOUDPACS|RAD|{_clock.GetLocalNow().ToString("yyyyMMddHHmmss", CultureInfo.InvariantCulture)}"
            + $"||{type}|{controlId}|P|2.3.1||||||UNICODE UTF-8\r";

    private static string Patient(string id, string name) => $"PID|1||{(id.Length > 0 ? $"{id}^^^MERCY^MR" : "")}||{name}||19800203|M\r";
}
