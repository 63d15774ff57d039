using System.Reflection;
using System.Text.RegularExpressions;
using Xunit;

namespace CloudPacs.Integration.Tests.Architecture;

/// <summary>What src/ARCHITECTURE.md promises about the shape of the code.</summary>
public sealed partial class ArchitectureTests
{
    private static readonly string Source = Repository.Source;
    private static readonly string[] EverydayTypes = ["Problem", "Severity", "ErrorLocation", "AcknowledgmentCode"];

    [Theory]
    [InlineData("Archive")]
    [InlineData("Hl7v2")]
    [InlineData("Mllp")]
    [InlineData("Dicom")]
    [InlineData("DicomWeb", "Dicom")]
    [InlineData("Pixels", "Dicom")]
    [InlineData("Mapping", "Dicom", "Hl7v2")]
    [InlineData("Store")]
    [InlineData("Domain", "Dicom", "Store")]
    [InlineData("Fhir")]
    [InlineData("FhirServer", "Fhir", "Store")]
    [InlineData("Profiles", "FhirServer")]
    [InlineData("Resources", "Dicom", "Domain", "Hl7v2", "Mapping", "Store", "Translation")]
    [InlineData("Translation", "Dicom", "Domain", "Hl7v2", "Mapping", "Store")]
    [InlineData("Settings", "Dicom", "DicomWeb", "Hl7v2", "Mapping")]
    [InlineData("Worklist", "Dicom", "DicomWeb", "Domain", "Settings", "Store")]
    [InlineData("Identity", "Settings", "Store")]
    [InlineData("Studies", "Archive", "Dicom", "DicomWeb", "Domain", "Pixels", "Store")]
    [InlineData("Exchange", "Dicom", "Domain", "Hl7v2", "Mapping", "Mllp", "Settings", "Store", "Studies", "Translation", "Worklist")]
    [InlineData(
        "Integration", "Archive", "Dicom", "DicomWeb", "Domain", "Exchange", "Fhir", "FhirServer", "Hl7v2", "Identity", "Mapping", "Mllp", "Profiles", "Resources",
        "Settings", "Store", "Studies", "Translation", "Worklist")]
    [InlineData("CommandLine", "Dicom", "Hl7v2", "Identity", "Integration", "Mapping", "Mllp", "Resources", "Settings", "Store", "Studies")]
    public void A_project_references_only_what_is_below_it(string project, params string[] below)
    {
        var references = Assembly.Load(project == "CommandLine" ? "cloudpacs" : $"CloudPacs.{project}").GetReferencedAssemblies()
            .Select(static name => name.Name!).Where(static name => name.StartsWith("CloudPacs.", StringComparison.Ordinal)).Order();

        Assert.Equal(below.Select(static name => $"CloudPacs.{name}"), references);
    }

    [Fact]
    public void HL7_messages_and_DICOM_data_meet_in_the_mapping_only()
    {
        var elsewhere = CodeFiles(Path.Combine(Source, "Integration")).Concat(CodeFiles(Path.Combine(Source, "Worklist")))
            .Concat(CodeFiles(Path.Combine(Source, "Exchange")));

        Assert.All(elsewhere, static file => Assert.True(UsedOfHl7(File.ReadAllText(file)) is not { Length: > 0 } used, $"{file} uses DICOM and of HL7 {UsedOfHl7(File.ReadAllText(file))}."));
    }

    [Fact]
    public void The_scan_for_HL7_types_finds_them()
    {
        const string both = "using CloudPacs.Dicom;\nusing CloudPacs.Hl7v2;\n";

        Assert.Equal("Message", UsedOfHl7(both + "Message m; Problem p;"));
        Assert.Equal("Message", UsedOfHl7("using CloudPacs.Dicom;\nHl7v2.Message m;"));
        Assert.Equal("", UsedOfHl7(both + "Problem p; Severity s; // a Message\nvar a = \"Segment\";"));
        Assert.Equal("", UsedOfHl7("using CloudPacs.Hl7v2;\nMessage m;"));
    }

    [Fact]
    public void FHIR_content_is_read_and_written_in_the_mapping_only()
    {
        string[] kinds = ["Appointment", "Encounter", "Patient", "ServiceRequest", "Task"];
        var elsewhere = CodeFiles(Path.Combine(Source, "Integration")).Where(static file => Folder(file) is not ("Messages" or "Fhir"))
            .Concat(CodeFiles(Path.Combine(Source, "Worklist"))).Concat(CodeFiles(Path.Combine(Source, "Exchange")));

        Assert.All(elsewhere, file => Assert.DoesNotMatch($"\"resourceType\"|PutFhir|new FhirPatch\\(\"({string.Join('|', kinds)})", Code(File.ReadAllText(file))));
    }

    [Fact]
    public void No_file_is_longer_than_300_lines_but_tables_of_data() =>
        Assert.All(
            CodeFiles(Source).Where(static file => !file.EndsWith(".Data.cs", StringComparison.Ordinal)),
            static file => Assert.True(File.ReadAllLines(file).Length <= 300, $"{file} has {File.ReadAllLines(file).Length} lines."));

    [Fact]
    public void No_line_is_longer_than_140_columns_but_in_tables_of_data() =>
        Assert.All(
            CodeFiles(Source).Where(static file => !file.EndsWith(".Data.cs", StringComparison.Ordinal)),
            static file => Assert.All(File.ReadAllLines(file), line => Assert.True(line.Length <= 140, $"{file}: {line}")));

    [Fact]
    public void Folders_are_named_after_what_they_are_about()
    {
        string[] empty = ["Services", "Helpers", "Utils", "Managers", "Interfaces", "Models", "Common", "Misc"];

        Assert.All(CodeFiles(Source), file => Assert.DoesNotContain(Path.GetRelativePath(Source, file).Split('/', '\\'), part => empty.Contains(part, StringComparer.OrdinalIgnoreCase)));
    }

    [Fact]
    public void Every_project_says_what_it_is_for_on_one_screen() =>
        Assert.All(Directory.EnumerateDirectories(Source).Where(static folder => Directory.EnumerateFiles(folder, "*.csproj").Any()), static project =>
        {
            var readMe = Path.Combine(project, "README.md");
            Assert.True(File.Exists(readMe), $"{project} has no README.md.");
            Assert.InRange(File.ReadAllLines(readMe).Length, 5, 80);
        });

    /// <summary>The HL7 types beyond the everyday ones in a file that uses DICOM too; empty for any other file.</summary>
    private static string UsedOfHl7(string text)
    {
        var code = Code(text);
        if (!DicomUse().IsMatch(code)) return "";
        var direct = code.Contains("using CloudPacs.Hl7v2;", StringComparison.Ordinal);
        return string.Join(", ", typeof(CloudPacs.Hl7v2.Message).Assembly.GetExportedTypes()
            .Select(static type => type.Name).Where(static name => !EverydayTypes.Contains(name))
            .Where(name => Regex.IsMatch(code, direct ? $@"(?<![\w.]){name}(?![\w:])" : $@"\bHl7v2\.{name}\b")));
    }

    /// <summary>The text without comments and the content of strings.</summary>
    private static string Code(string text) => CommentsAndStrings().Replace(text, static match => match.Value[0] == '/' ? "" : match.Value.StartsWith("\"resourceType", StringComparison.Ordinal) ? match.Value : "\"\"");

    private static IEnumerable<string> CodeFiles(string folder) => Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories)
        .Where(static file => !Path.GetRelativePath(Source, file).Split('/', '\\').Any(static part => part is "obj" or "bin"));

    private static string Folder(string file) => Path.GetRelativePath(Path.Combine(Source, "Integration"), file).Split('/', '\\')[0];

    [GeneratedRegex("using CloudPacs\\.Dicom|(?<!\\w)Dicom\\.[A-Z]\\w+")]
    private static partial Regex DicomUse();

    [GeneratedRegex("//[^\\n]*|\"\"\"[\\s\\S]*?\"\"\"|\"(?:\\\\.|[^\"\\\\\\n])*\"")]
    private static partial Regex CommentsAndStrings();
}
