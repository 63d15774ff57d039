using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using CloudPacs.Dicom;
using CloudPacs.Dicom.Network;
using CloudPacs.Integration.Hosting;
using CloudPacs.Mllp;

namespace CloudPacs.CommandLine.Demonstration;

/// <summary>Plays a hospital information system and a CT console against a running engine and tells what happens.</summary>
internal sealed class DayInSmall(IPEndPoint mllp, IPEndPoint dicom, Uri http, TextWriter output)
{
    private readonly TimeProvider _clock = TimeProvider.System;
    private int _step;

    public async Task PlayAsync(CancellationToken cancellationToken)
    {
        await using var his = new MllpClient(
            new MllpClientOptions { Host = mllp.Address.ToString(), Port = mllp.Port, MaxAttempts = 1 }, _clock);
        var start = _clock.GetLocalNow().AddHours(1).ToString("yyyyMMddHHmm00", CultureInfo.InvariantCulture);

        Tell($"The hospital information system orders a chest CT for Rahul Sharma (ORM^O01 over MLLP to {mllp}).");
        await SendAsync(his, Order("NW", "DEMO1", "10006579", "SHARMA^RAHUL^KUMAR^^MR", start), cancellationToken);

        Tell(
            $"The CT asks for its worklist (DICOM C-FIND to {dicom}): the order is there, with everything that will be written into the "
                + "images.");
        await FindAsync("ACC10001", 1, cancellationToken);

        Tell("The same order comes again, byte for byte: the answer is the stored one, and nothing happens twice.");
        await SendAsync(his, Order("NW", "DEMO1", "10006579", "SHARMA^RAHUL^KUMAR^^MR", start), cancellationToken);
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
        await SendAsync(his, Order("NW", "DEMO5", "", "DOE^JOHN", start), cancellationToken);

        Tell("The CT is cancelled (ORC-1 = CA): when the answer is there, no query returns it any more.");
        await SendAsync(his, Order("CA", "DEMO6", "20001", "SHARMA^RAHUL^K^^MR", start), cancellationToken);
        await FindAsync("ACC10001", 0, cancellationToken);

        Tell(
            $"Everything that came in is in the journal ({http}api/messages), what became of it in FHIR ({http}fhir/metadata), numbers "
                + $"at {http}metrics.");
        await ShowJournalAsync(cancellationToken);
        output.WriteLine("\nThat was the day in small. With --keep the engine goes on, so that you can open these addresses.");
    }

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
        await using var console = await DicomClient.ConnectAsync(new DicomClientOptions
        {
            Host = dicom.Address.ToString(), Port = dicom.Port, CallingAe = "CT1", CalledAe = "CLOUDPACS",
            Contexts = [ProposedContext.LittleEndian(Uids.ModalityWorklistFind)],
        }, _clock, cancellationToken);
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

    private async Task ShowJournalAsync(CancellationToken cancellationToken)
    {
        using var client = new HttpClient();
        var page = JsonNode.Parse(await client.GetStringAsync(new Uri(http, "api/messages"), cancellationToken))!;
        foreach (var message in page["messages"]!.AsArray().Reverse())
            output.WriteLine($"   journal   {message!["type"]}  {message["controlId"]}  {message["status"]}  {message["ack"]}");
    }

    private string Order(string control, string controlId, string patientId, string name, string start) =>
        Header("ORM^O01", controlId) + Patient(patientId, name) + "PV1|1|O|RADOPD\r"
        + $"ORC|{control}|PLC1^HIS|FIL1^RIS||||^^^{start}^^R\r"
        + $"OBR|1|PLC1^HIS|FIL1^RIS|CTCHEST^CT Chest^L||||||||||||||ACC10001|RP10001|SPS10001||||CT|||^^^{start}^^R\r"
        + "ZDS|1.2.826.0.1.3680043.10.1.9999.1^RIS^Application^DICOM\r";

    private string Header(string type, string controlId) =>
        $"MSH|^~\\&|HIS|MERCY|CLOUDPACS|RAD|{_clock.GetLocalNow().ToString("yyyyMMddHHmmss", CultureInfo.InvariantCulture)}"
            + $"||{type}|{controlId}|P|2.3.1||||||UNICODE UTF-8\r";

    private static string Patient(string id, string name) => $"PID|1||{(id.Length > 0 ? $"{id}^^^MERCY^MR" : "")}||{name}||19800203|M\r";
}
