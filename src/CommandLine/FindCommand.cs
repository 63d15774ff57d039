using System.CommandLine;
using System.Text;
using CloudPacs.Dicom;
using CloudPacs.Dicom.Network;
using CloudPacs.Integration.Hosting;
using Spectre.Console;

namespace CloudPacs.CommandLine;

/// <summary><c>cloudpacs find</c>: a worklist query as a modality would send it, as a table or DICOM JSON.</summary>
internal static class FindCommand
{
    private static readonly (string Heading, Tag Tag, bool OfStep)[] Columns =
    [
        ("Start", Tags.ScheduledProcedureStepStartDate, true), ("Time", Tags.ScheduledProcedureStepStartTime, true),
        ("Station", Tags.ScheduledStationAeTitle, true),
        ("Mod", Tags.Modality, true), ("Accession", Tags.AccessionNumber, false), ("Patient ID", Tags.PatientId, false),
        ("Name", Tags.PatientName, false),
        ("Procedure", Tags.RequestedProcedureDescription, false), ("Step", Tags.ScheduledProcedureStepId, true),
        ("Status", Tags.ScheduledProcedureStepStatus, true),
    ];

    public static Command Create()
    {
        var options = new DicomOptions();
        var accession = new Option<string>("--accession") { Description = "Accession number" };
        var patient = new Option<string>("--patient") { Description = "Patient ID" };
        var name = new Option<string>("--name") { Description = "Patient's name; * and ? are wild cards" };
        var modality = new Option<string>("--modality") { Description = "Modality, such as CT" };
        var station = new Option<string>("--station") { Description = "Scheduled station AE title" };
        var date = new Option<string>("--date") { Description = "Scheduled start date or range, such as 20261124 or 20261124-20261130" }
            .Checked(
                static text =>
                    text.Length > 1 && text.Split('-') is { Length: 1 or 2 } ends && ends.All(static end => end.Length == 0 || IsDate(end)),
                "a date such as 20261124 or a range such as 20261124-20261130");
        var keys = new Option<string[]>("--key", "-k")
        {
            Description = "Any key as KEYWORD=VALUE or ggggeeee=VALUE; of the step with > in front",
        };
        var json = JsonOption.Create();
        var command = new Command("find", "Query a modality worklist (C-FIND)")
        {
            accession, patient, name, modality, station, date, keys, json,
        };
        options.AddTo(command);
        command.SetAction(async (result, cancellationToken) =>
        {
            var step = new DataSet();
            var identifier = new DataSet();
            foreach (var tag in Defaults(ofStep: true)) step.SetEmpty(tag);
            foreach (var tag in Defaults(ofStep: false)) identifier.SetEmpty(tag);
            Set(identifier, Tags.AccessionNumber, result.GetValue(accession));
            Set(identifier, Tags.PatientId, result.GetValue(patient));
            Set(identifier, Tags.PatientName, result.GetValue(name));
            Set(step, Tags.Modality, result.GetValue(modality));
            Set(step, Tags.ScheduledStationAeTitle, result.GetValue(station));
            Set(step, Tags.ScheduledProcedureStepStartDate, result.GetValue(date));
            foreach (var key in result.GetValue(keys) ?? []) SetKey(identifier, step, key);
            identifier.SetSequence(Tags.ScheduledProcedureStepSequence, step);
            identifier.Set(Tags.SpecificCharacterSet, "ISO_IR 192");

            var found = new List<DataSet>();
            try
            {
                await using var client = await options.ConnectAsync(result, Uids.ModalityWorklistFind, cancellationToken);
                await foreach (var response in client.FindAsync(Uids.ModalityWorklistFind, identifier, cancellationToken))
                    found.Add(response.Identifier);
                await client.ReleaseAsync(cancellationToken);
            }
            catch (DicomNetworkException e)
            {
                throw new StartException(e.Message, e);
            }

            if (result.GetValue(json))
                result.Output().WriteLine(
                    $"[{string.Join(",\n", found.Select(static entry => Encoding.UTF8.GetString(DicomJson.ToUtf8Bytes(entry))))}]");
            else Print(result.Output(), found);
            return Cli.Done;
        });
        return command;
    }

    private static bool IsDate(string text) => DateOnly.TryParseExact(text, "yyyyMMdd", out _);

    private static IEnumerable<Tag> Defaults(bool ofStep) =>
        Columns.Where(column => column.OfStep == ofStep).Select(static column => column.Tag)
        .Concat(ofStep
            ? [Tags.ScheduledProcedureStepDescription, Tags.ScheduledPerformingPhysicianName, Tags.ScheduledProtocolCodeSequence]
            : [Tags.StudyInstanceUid, Tags.PatientBirthDate, Tags.PatientSex, Tags.RequestedProcedureId, Tags.ReferringPhysicianName]);

    private static void Set(DataSet level, Tag tag, string? value)
    {
        if (!string.IsNullOrEmpty(value)) level.Set(tag, value);
    }

    private static void SetKey(DataSet root, DataSet step, string key)
    {
        var equals = key.IndexOf('=', StringComparison.Ordinal);
        var name = (equals < 0 ? key : key[..equals]).TrimStart('>');
        var tag = Tag.TryParse(name, out var number) ? number
            : DicomDictionary.TryGet(name, out var entry) ? entry.Tag
            : throw new StartException($"'{name}' is no keyword and no tag of eight hexadecimal digits.");
        var level = key[0] == '>' ? step : root;
        if (equals < 0 || equals == key.Length - 1) level.SetEmpty(tag);
        else level.Set(tag, key[(equals + 1)..]);
    }

    private static void Print(TextWriter output, List<DataSet> found)
    {
        var table = new Table().Border(TableBorder.Simple);
        foreach (var (heading, _, _) in Columns) table.AddColumn(heading);
        foreach (var entry in found)
        {
            var step = entry.GetItems(Tags.ScheduledProcedureStepSequence) is [var item, ..] ? item : new DataSet();
            table.AddRow(
                [.. Columns.Select(column => Markup.Escape(string.Join('\\', (column.OfStep ? step : entry).GetStrings(column.Tag))))]);
        }

        Tables.Print(output, table);
        output.WriteLine($"{found.Count} {(found.Count == 1 ? "entry" : "entries")}");
    }
}
