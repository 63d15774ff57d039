using System.IO.Compression;
using System.Text;
using System.Xml;
using System.Xml.Linq;
using CloudPacs.Fhir.Definitions;
using Xunit;

namespace CloudPacs.FhirServer.Tests.Definitions;

/// <summary>elements.tsv, made anew from the StructureDefinitions of the specification.</summary>
public sealed class ElementTableTests
{
    private const string SystemTypes = "http://hl7.org/fhirpath/System.", OwnType = "structuredefinition-fhir-type";
    private static readonly XNamespace Fhir = "http://hl7.org/fhir";

    [Fact]
    public void The_table_is_what_the_specification_says()
    {
        using var zip = ZipFile.OpenRead(Path.Combine(AppContext.BaseDirectory, "specification.zip"));
        var types = new[] { "profiles-types.xml", "profiles-resources.xml" }
            .SelectMany(name => Definitions(zip.GetEntry(name)!))
            .Where(static definition => Value(definition, "derivation") != "constraint" && Value(definition, "kind") != "logical")
            .DistinctBy(static definition => Value(definition, "type"))
            .OrderBy(static definition => Value(definition, "kind") == "resource").ThenBy(static definition => Value(definition, "type"), StringComparer.Ordinal);
        var made = string.Concat(types.SelectMany(Lines).Select(static line => line + '\n'));

        using var stream = typeof(FhirDefinitions).Assembly.GetManifestResourceStream("elements.tsv")!;
        using var reader = new StreamReader(stream, Encoding.UTF8);
        if (made == reader.ReadToEnd()) return;
        var path = Path.Combine(AppContext.BaseDirectory, "elements.tsv");
        File.WriteAllText(path, made);
        Assert.Fail($"elements.tsv is old; as it should be it is {path}.");
    }

    private static IEnumerable<XElement> Definitions(ZipArchiveEntry entry)
    {
        using var reader = XmlReader.Create(entry.Open());
        while (reader.ReadToFollowing("StructureDefinition", Fhir.NamespaceName))
        {
            using var definition = reader.ReadSubtree();
            yield return XElement.Load(definition);
        }
    }

    private static IEnumerable<string> Lines(XElement definition)
    {
        var kind = Value(definition, "kind") + (Value(definition, "abstract") == "true" ? "*" : "");
        yield return $"{Value(definition, "type")}\t{kind}\t{LastPart(Value(definition, "baseDefinition") ?? "")}";
        foreach (var element in definition.Element(Fhir + "snapshot")!.Elements(Fhir + "element").Skip(1))
        {
            var path = Value(element, "path")!;
            var flags = (Value(element, "isSummary") == "true" ? "S" : "") + (Value(element, "isModifier") == "true" ? "M" : "")
                + (element.Elements(Fhir + "representation").Any(static way => Text(way) == "xmlAttr") ? "A" : "");
            var binding = element.Element(Fhir + "binding");
            var valueSet = binding is not null && Value(binding, "strength") == "required" ? Value(binding, "valueSet")!.Split('|')[0] : "";
            yield return $"{path[path.IndexOf('.', StringComparison.Ordinal)..]}\t{Value(element, "min")}..{Value(element, "max")}\t{flags}\t{Types(element)}\t{valueSet}".TrimEnd('\t');
        }
    }

    private static string Types(XElement element) => string.Join(',',
        element.Elements(Fhir + "contentReference").Select(Text).Concat(element.Elements(Fhir + "type").Select(TypeName)));

    /// <summary>Ids and values have a type of FHIRPath, and beside it the one of FHIR.</summary>
    private static string TypeName(XElement type)
    {
        var code = Value(type, "code")!;
        if (code.StartsWith(SystemTypes, StringComparison.Ordinal))
        {
            var own = type.Elements(Fhir + "extension").FirstOrDefault(static extension => ((string)extension.Attribute("url")!).EndsWith(OwnType, StringComparison.Ordinal));
            code = own is null ? code[SystemTypes.Length..].ToLowerInvariant() : Value(own, "valueUrl") ?? Value(own, "valueUri")!;
        }

        var targets = type.Elements(Fhir + "targetProfile").Select(static target => LastPart(Text(target))).ToList();
        return targets.Count == 0 ? code : $"{code}({string.Join('|', targets)})";
    }

    private static string LastPart(string address) => address[(address.LastIndexOf('/') + 1)..];

    private static string? Value(XElement element, string child) => element.Element(Fhir + child) is { } found ? Text(found) : null;

    private static string Text(XElement element) => (string)element.Attribute("value")!;
}
