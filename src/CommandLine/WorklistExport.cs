using System.Buffers;
using System.CommandLine;
using System.Text;
using System.Text.Json.Nodes;
using CloudPacs.Dicom;
using CloudPacs.Integration.Hosting;

namespace CloudPacs.CommandLine;

/// <summary>
/// <c>cloudpacs worklist export DIR</c>: the open entries of the running engine as files that DCMTK's and Orthanc's worklist servers read,
/// one a step.
/// </summary>
internal static class WorklistExport
{
    public static Command Create()
    {
        var url = ApiClient.UrlOption();
        var json = JsonOption.Create();
        var folder = new Argument<string>("dir") { Description = "Folder for the .wl files; made when it is not there" };
        var set = new Option<string>("--character-set")
        {
            Description = "Defined term of the character set (0008,0005) of the files",
            DefaultValueFactory = static _ => "ISO_IR 192",
        }.Checked(
            static terms => SpecificCharacterSet.Parse(terms.Split('\\')).UnknownTerm is null,
            "a character set of DICOM such as ISO_IR 192 or ISO_IR 100");
        var command = new Command("export", "Write the open entries as files of other worklist servers") { url, json, folder, set };
        command.SetAction(async (result, cancellationToken) =>
        {
            var characters = SpecificCharacterSet.Parse(result.GetValue(set)!.Split('\\'));
            var root = Directory.CreateDirectory(result.GetRequiredValue(folder)).FullName;
            var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
            using var client = new ApiSession(result.GetValue(url)!);
            string? next = null;
            do
            {
                var path = "/api/worklist/entries" + (next is null ? "" : "?after=" + next);
                var page = await client.GetAsync(path, cancellationToken);
                foreach (var entry in page["entries"]!.AsArray()) Write(root, names, entry!, result.GetValue(set)!, characters);
                next = (string?)page["next"];
            }
            while (next is not null);

            var files = new JsonArray([.. names.Select(static name => (JsonNode)name)]);
            result.Output().WriteLine(result.GetValue(json)
                ? new JsonObject { ["files"] = files }.ToJsonString(JsonOption.Format)
                : $"{names.Count} files in {root}");
            return Cli.Done;
        });
        return command;
    }

    private static void Write(string root, HashSet<string> names, JsonNode entry, string term, SpecificCharacterSet characters)
    {
        if (!DicomJson.TryRead(Encoding.UTF8.GetBytes(entry.ToJsonString()), null, out var read, out var error) || read is not [var data])
            throw new StartException($"The engine answers an entry that cannot be read: {error}");
        data.Set(Tags.SpecificCharacterSet, term);
        var step = data.GetItems(Tags.ScheduledProcedureStepSequence)[0].GetString(Tags.ScheduledProcedureStepId);
        var key = $"{data.GetString(Tags.StudyInstanceUid)} {step}";
        var uid = DerivedUids.Uid(DerivedUids.Uuid(Entries, key));
        var bytes = new ArrayBufferWriter<byte>();
        Part10.Write(Part10.CreateMeta(Uids.ModalityWorklistFind, uid, TransferSyntax.ExplicitVrLittleEndian), data, bytes, characters);
        File.WriteAllBytes(Path.Combine(root, NameOf($"{data.GetString(Tags.AccessionNumber)}-{step}", uid, names)), bytes.WrittenSpan);
    }

    /// <summary>A name that every file system takes; numbers that look alike get one with their UID.</summary>
    private static string NameOf(string wanted, string uid, HashSet<string> names)
    {
        var name = string.Concat(wanted.Select(static c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' ? c : '_'));
        if (!names.Add(name + ".wl")) names.Add((name += "-" + uid) + ".wl");
        return name + ".wl";
    }

    /// <summary>Names of files are told apart by their entries: the same entry gets the same instance UID each time.</summary>
    private static readonly Guid Entries = new("b8f2f4fb-53a6-4d0c-8f7e-2f0f0b7f3a51");
}
