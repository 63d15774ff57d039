using System.Globalization;
using System.Text.Json;
using CloudPacs.Fhir.Definitions;

namespace CloudPacs.Integration.Tests.Fhir;

/// <summary>Makes resources of any type by its definition, with few different values, so that searches find some of them.</summary>
internal sealed class RandomResources(Random random)
{
    public const int IdsOfType = 8;
    private static readonly string[] Texts = ["Chest CT", "chest, left", "Müller", "MULLER", "muller-lüdenscheid", "x", "Ångström", "o'Brien", "a,b|c$d\\e", "knee"];
    private static readonly string[] Codes = ["active", "final", "CT", "MR", "male", "a", "A", "8480-6", "official"];
    private static readonly string[] Systems = ["http://loinc.org", "http://snomed.info/sct", "urn:dicom:uid", "http://hospital.example/ids", "http://hospital.example/ids/2"];
    private static readonly string[] Dates = ["2026", "2026-03", "2026-03-10", "2026-03-11", "1970-01-01", "2025-12-31"];
    private static readonly string[] Instants = ["2026-03-10T08:30:00Z", "2026-03-10T08:30:00.125Z", "2026-03-10T10:30:00+02:00", "2026-03-10T23:59:59-05:00", "2025-12-31T23:30:00Z"];
    private static readonly string[] Numbers = ["5.4", "5.40", "100", "100.00", "1e2", "-3", "0", "0.054e2", "99.6"];

    public byte[] Make(string type, string id)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            json.WriteString("resourceType", type);
            json.WriteString("id", id);
            json.WriteStartObject("meta");
            json.WriteString("versionId", "1");
            json.WriteString("lastUpdated", "2026-03-10T08:30:00.000Z");
            if (Chance(0.3)) Array(json, "tag", () => Value(json, FhirDefinitions.Get("Coding"), new ElementType("Coding", []), 2));
            if (Chance(0.3)) Array(json, "profile", () => json.WriteStringValue(Pick("http://hl7.org/fhir/a", "http://hl7.org/fhir/a/b", "http://hl7.org/fhir/ab|1")));
            json.WriteEndObject();
            Members(json, FhirDefinitions.Get(type), 0);
            json.WriteEndObject();
        }

        return stream.ToArray();
    }

    public T Pick<T>(params IReadOnlyList<T> choices) => choices[random.Next(choices.Count)];

    public bool Chance(double probability) => random.NextDouble() < probability;

    private void Members(Utf8JsonWriter json, FhirType type, int depth)
    {
        foreach (var element in type.Elements)
        {
            if (element.Name is "id" or "meta" or "text" or "contained" or "modifierExtension" or "implicitRules" or "language" or "resource") continue;
            if (element.Name == "extension" && (depth > 0 || Chance(0.5))) continue;
            if (element.Types[0].Name == "Resource") continue;
            if (element.Min == 0 && (depth > 4 || Chance(depth == 0 ? 0.35 : 0.55))) continue;
            if (element.Inside is not null && depth > 3 && element.Min == 0) continue;
            var choice = Pick(element.Types);
            var name = element.IsChoice ? element.Name + char.ToUpperInvariant(choice.Name[0]) + choice.Name[1..] : element.Name;
            if (element.IsList) Array(json, name, () => Value(json, FhirDefinitions.TypeOf(element, choice), choice, depth));
            else
            {
                json.WritePropertyName(name);
                Value(json, FhirDefinitions.TypeOf(element, choice), choice, depth);
            }
        }
    }

    private void Array(Utf8JsonWriter json, string name, Action value)
    {
        json.WriteStartArray(name);
        for (var i = random.Next(1, 3); i > 0; i--) value();
        json.WriteEndArray();
    }

    private void Value(Utf8JsonWriter json, FhirType type, ElementType choice, int depth)
    {
        if (type.IsPrimitive || type.Name == "xhtml")
        {
            Primitive(json, type.Name);
            return;
        }

        json.WriteStartObject();
        switch (type.Name)
        {
            case "Reference":
                Reference(json, choice);
                break;
            case "Extension":
                json.WriteString("url", "http://hospital.example/extension");
                json.WriteString("valueString", Pick(Texts));
                break;
            case "Identifier":
                if (Chance(0.7)) json.WriteString("system", Pick(Systems));
                json.WriteString("value", Pick("urn:oid:1.2.3", "1.2.3", "12", "A-1", "a-1"));
                if (Chance(0.4))
                {
                    json.WriteStartObject("type");
                    Members(json, FhirDefinitions.Get("CodeableConcept"), 4);
                    json.WriteEndObject();
                }

                break;
            case "Period":
                // No period ends before it starts.
                var hasStart = Chance(0.8);
                if (hasStart) json.WriteString("start", Pick("1970-01-01", "2025-12-31T23:30:00Z", "2026-01"));
                if (!hasStart || Chance(0.8)) json.WriteString("end", Pick("2026-03-10", "2026-03-10T23:59:59-05:00", "2026-03"));
                break;
            case "Quantity" or "Duration" or "Age":
                json.WritePropertyName("value");
                json.WriteRawValue(Pick(Numbers));
                if (Chance(0.2)) json.WriteString("comparator", Pick("<", ">="));
                if (Chance(0.7)) json.WriteString("unit", Pick("mg", "mm[Hg]"));
                if (Chance(0.7)) json.WriteString("system", "http://unitsofmeasure.org");
                if (Chance(0.7)) json.WriteString("code", Pick("mg", "mm[Hg]"));
                break;
            case "SampledData":
                json.WriteStartObject("origin");
                json.WritePropertyName("value");
                json.WriteRawValue(Pick(Numbers));
                if (Chance(0.7)) json.WriteString("unit", Pick("mg", "mm[Hg]"));
                json.WriteEndObject();
                json.WriteNumber("period", 10);
                if (Chance(0.5)) json.WriteNumber("factor", 2);
                json.WriteNumber("dimensions", 1);
                if (Chance(0.7)) json.WriteString("data", Pick("1 2 3", "E -4 5.4 U", "100"));
                break;
            default:
                var start = json.BytesPending + json.BytesCommitted;
                Members(json, type, depth + 1);
                // Nothing is empty in FHIR.
                if (json.BytesPending + json.BytesCommitted == start) Filling(json, type);
                break;
        }

        json.WriteEndObject();
    }

    private void Filling(Utf8JsonWriter json, FhirType type)
    {
        var element = type.Elements.First(static element => element.Name is not ("id" or "extension" or "modifierExtension") && element.Types[0].Name != "Resource");
        var choice = element.Types[0];
        json.WritePropertyName(element.IsChoice ? element.Name + char.ToUpperInvariant(choice.Name[0]) + choice.Name[1..] : element.Name);
        if (element.IsList) json.WriteStartArray();
        Value(json, FhirDefinitions.TypeOf(element, choice), choice, 5);
        if (element.IsList) json.WriteEndArray();
    }

    private void Reference(Utf8JsonWriter json, ElementType choice)
    {
        if (Chance(0.15))
        {
            json.WriteStartObject("identifier");
            json.WriteString("system", Pick(Systems));
            json.WriteString("value", Pick("12", "A-1"));
            json.WriteEndObject();
            return;
        }

        var type = choice.Targets.Count > 0 ? Pick(choice.Targets) : Pick("Patient", "ServiceRequest", "Organization");
        var id = random.Next(IdsOfType).ToString(CultureInfo.InvariantCulture);
        json.WriteString("reference", Pick($"{type}/{id}", $"{type}/{id}", $"{type}/{id}", $"{type}/{id}/_history/2", $"http://other.example/fhir/{type}/{id}"));
    }

    private void Primitive(Utf8JsonWriter json, string type)
    {
        switch (type)
        {
            case "boolean":
                json.WriteBooleanValue(Chance(0.5));
                break;
            case "integer" or "positiveInt" or "unsignedInt":
                json.WriteNumberValue(random.Next(1, 5));
                break;
            case "decimal":
                json.WriteRawValue(Pick(Numbers));
                break;
            case "date":
                json.WriteStringValue(Pick(Dates));
                break;
            case "dateTime":
                json.WriteStringValue(Pick(Pick(Dates), Pick(Instants)));
                break;
            case "instant":
                json.WriteStringValue(Pick(Instants));
                break;
            case "time":
                json.WriteStringValue("08:30:00");
                break;
            case "code":
                json.WriteStringValue(Pick(Codes));
                break;
            case "id":
                json.WriteStringValue(Pick("1.2.3", "1.2.4", "abc"));
                break;
            case "uri" or "url" or "canonical" or "oid" or "uuid":
                json.WriteStringValue(Pick([.. Systems, "http://hl7.org/fhir/a", "http://hl7.org/fhir/a/b", "http://hl7.org/fhir/ab"]));
                break;
            case "base64Binary":
                json.WriteStringValue("AAAA");
                break;
            default:
                json.WriteStringValue(Pick(Texts));
                break;
        }
    }
}
