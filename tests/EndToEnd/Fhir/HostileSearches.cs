using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace CloudPacs.EndToEnd.Tests.Fhir;

/// <summary>What is sent: a request as bytes are put on the wire.</summary>
/// <param name="Method">The method.</param>
/// <param name="Target">The path and what follows it, as it is sent.</param>
/// <param name="Type">Content-Type; null for no body.</param>
/// <param name="Body">The body.</param>
/// <param name="Headers">Further headers.</param>
internal sealed record HostileRequest(string Method, string Target, string? Type, byte[] Body, params (string Name, string Value)[] Headers);

/// <summary>Makes searches of all parameters that the server declares, with modifiers, chains, values and escapes that are right or nonsense.</summary>
/// <param name="random">Chooses.</param>
/// <param name="metadata">CapabilityStatement of the server.</param>
/// <param name="links">Links to pages that the server gave.</param>
internal sealed class HostileSearches(Random random, JsonNode metadata, IReadOnlyList<string> links)
{
    private static readonly string[] Modifiers =
        ["", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", ":exact", ":contains", ":text", ":not", ":missing", ":of-type", ":identifier", ":above", ":below", ":in", ":not-in", ":iterate", ":Patient", ":Nobody", ":", "::", ":exact:exact", ":\0", ":'"];

    private static readonly string[] Prefixes = ["eq", "ne", "gt", "lt", "ge", "le", "sa", "eb", "ap", "xx", "GT"];

    private static readonly string[] Results =
        ["_sort", "_count", "_include", "_revinclude", "_include:iterate", "_revinclude:iterate", "_include:recurse", "_summary", "_elements", "_total", "_format", "_pretty", "_list", "_type", "_id", "_filter", "_query",
         "_contained", "_page", "_lastUpdated", "_tag", "_profile", "_security", "_source", "_text", "_content", "_since", "_at", "_has", "_has:", "_has:::", "", "=", "."];

    private static readonly string[] Good =
        ["-1", "0", "1", "3", "1000", "999999999", "true", "false", "count", "data", "text", "none", "accurate", "estimate", "json", "xml", "html", "*", "application/fhir+json", "application/fhir+xml; fhirVersion=4.0", "-_id", "_lastUpdated",
         "a,b,c", "2026", "ge2020-01-01", "Patient,ServiceRequest"];

    private static readonly string[] Escapes = ["%", "%%", "%zz", "%f", "%ff", "%00", "%c0%80", "%ed%a0%80", "%f4%90%80%80", "%u0041", "%0d%0a", "+", "&", "&&", "=", "==", "#", "%25%32%35", "%E2%80"];

    private static readonly string[] Paths = ["Patient/a/b/c/d", "%00", "%2e%2e/Patient", "_search", "metadata", "openapi.json", "Patient/$everything", "Observation/$lastn", "Nobody", "patient", "_history/1"];

    private readonly HostileText _text = new(random);

    private readonly List<(string Name, List<(string Code, string Kind)> Parameters)> _types =
    [
        .. metadata["rest"]![0]!["resource"]!.AsArray().Select(static type =>
            ((string)type!["type"]!, (type["searchParam"]?.AsArray() ?? []).Select(static one => ((string)one!["name"]!, (string)one["type"]!)).ToList()))
    ];

    public HostileRequest Next()
    {
        if (_text.Chance(0.12)) return new HostileRequest("GET", Tampered(), null, []);
        var (type, parameters) = _text.Pick(_types);
        var path = random.Next(20) switch
        {
            0 => "",
            1 => $"Patient/{_text.Pick(["1", "none", Encoded(_text.Next())])}/{_text.Pick([type, "*"])}",
            2 => $"{type}/_history",
            3 => _text.Pick(["_history", $"{type}/{Encoded(_text.Next())}", $"{type}/{Encoded(_text.Next())}/_history", $"{type}/x/_history/{Encoded(_text.Next())}"]),
            4 => _text.Pick(Paths),
            _ => type,
        };
        var count = random.Next(40) == 0 ? random.Next(50, 300) : random.Next(1, 4);
        var query = string.Join('&', Enumerable.Range(0, count).Select(_ => Parameter(type, parameters)));
        (string, string)[] headers = _text.Chance(0.2) ? [("Prefer", _text.Pick(["handling=strict", "handling=lenient", "handling=", ";;,,"]))]
            : _text.Chance(0.1) ? [("Accept", _text.Pick(["*/*", "application/fhir+xml", "text/html", "image/png", ";;;", "application/fhir+json;fhirVersion=9", "a/b;q=2"]))] : [];
        if (!_text.Chance(0.2)) return new HostileRequest(_text.Chance(0.95) ? "GET" : "HEAD", $"/fhir/{path}?{query}", null, [], headers);
        // What is too long for a line of a request goes into a form.
        if (_text.Chance(0.1)) query = Repeated(query);
        var form = _text.Pick(["application/x-www-form-urlencoded", "application/x-www-form-urlencoded", "application/x-www-form-urlencoded; charset=utf-16", "text/plain"]);
        return new HostileRequest("POST", $"/fhir/{path}/_search".Replace("//", "/", StringComparison.Ordinal), form, Encoding.UTF8.GetBytes(query), headers);
    }

    private string Repeated(string query)
    {
        var text = new StringBuilder(query);
        while (text.Length < 200_000) text.Append(_text.Chance(0.5) ? '&' : ',').Append(query);
        return text.ToString();
    }

    private string Parameter(string type, List<(string Code, string Kind)> parameters)
    {
        if (_text.Chance(0.25))
        {
            var name = _text.Pick(Results);
            return $"{name}={Result(name, type, parameters)}";
        }

        var (code, kind) = Name(parameters, 0);
        var value = _text.Chance(0.85) ? Value(kind) : _text.Next();
        return $"{(_text.Chance(0.9) ? code : Encoded(code))}={Encoded(value)}";
    }

    private (string Name, string Kind) Name(List<(string Code, string Kind)> parameters, int depth)
    {
        if (parameters.Count == 0) return (_text.Next(), "string");
        var (code, kind) = _text.Pick(parameters);
        var next = _text.Pick(_types);
        if (depth < 7 && kind == "reference" && _text.Chance(0.5))
        {
            var rest = Name(_text.Chance(0.5) ? parameters : next.Parameters, depth + 1);
            return ($"{code}{_text.Pick(["", ":Patient", ":" + next.Name])}.{rest.Name}", rest.Kind);
        }

        if (depth < 7 && _text.Chance(0.08))
        {
            var rest = Name(next.Parameters, depth + 1);
            var reference = next.Parameters.Find(static one => one.Kind == "reference").Code ?? "x";
            return ($"_has:{next.Name}:{reference}:{rest.Name}", rest.Kind);
        }

        return (code + _text.Pick(Modifiers), kind);
    }

    private string Value(string kind)
    {
        var prefix = _text.Chance(0.6) ? _text.Pick(Prefixes) : "";
        return kind switch
        {
            "date" => prefix + _text.Pick(["2026", "2026-03", "2026-03-10", "2026-03-10T08:30:00Z", "1980-01-01", "9999-12-31", "0001-01-01", _text.Next()]),
            "number" or "quantity" => prefix + _text.Pick(["5", "5.40", "1e2", "100|http://unitsofmeasure.org|mg", "1e308||mg", _text.Next()]),
            "token" => _text.Pick(["active", "http://loinc.org|8480-6", "|a", "a|", "MRN1", "urn:oid:1.2.3|MRN1", _text.Next() + "|" + _text.Next()]),
            "reference" => _text.Pick(["Patient/1", "1", "http://a/fhir/Patient/1", "Nobody/" + _text.Next(), _text.Next()]),
            "composite" => _text.Next() + "$" + prefix + _text.Next(),
            "uri" => _text.Pick(["http://hl7.org/fhir/", "urn:oid:1.2.3", "http://a" + new string('/', random.Next(1, 200)), _text.Next()]),
            _ => _text.Pick(["a", "SHARMA", "rahul", "%", _text.Next()]),
        };
    }

    private string Result(string name, string type, List<(string Code, string Kind)> parameters)
    {
        var references = parameters.FindAll(static one => one.Kind == "reference");
        return name.Split(':')[0] switch
        {
            "_include" or "_revinclude" when _text.Chance(0.7) => _text.Pick([
                "*", $"{type}:*", $"{type}:*:Patient", $"{type}:{(references.Count > 0 ? _text.Pick(references).Code : "x")}", $"{type}:subject:{_text.Pick(_types).Name}", $"{_text.Pick(_types).Name}:subject", "Task:focus", "Provenance:target", "::", "a:b:c:d"]),
            "_sort" when _text.Chance(0.7) => string.Join(',', Enumerable.Range(0, random.Next(1, _text.Chance(0.1) ? 300 : 5)).Select(_ => _text.Pick(["", "-", "--"]) + (parameters.Count > 0 ? _text.Pick(parameters).Code : "x"))),
            "_elements" when _text.Chance(0.5) => string.Join(',', Enumerable.Range(0, random.Next(1, 200)).Select(i => $"e{i}")),
            _ => _text.Chance(0.5) ? _text.Pick(Good) : Encoded(_text.Next()),
        };
    }

    /// <summary>As it should be, as it is in bytes, or with escapes that stand for nothing.</summary>
    private string Encoded(string text) => random.Next(10) switch
    {
        < 8 => Uri.EscapeDataString(text),
        8 => OnTheWire(text),
        _ => Uri.EscapeDataString(text).Insert(0, _text.Pick(Escapes)) + _text.Pick(Escapes),
    };

    /// <summary>UTF-8, a character for each byte, without what ends a line or its target.</summary>
    private static string OnTheWire(string text) => Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(text)).Replace('\r', '.').Replace('\n', '.').Replace(' ', '+');

    /// <summary>A link to a page with one character changed, of another search, cut off, or made up.</summary>
    private string Tampered()
    {
        var link = _text.Pick(links);
        var token = link[(link.IndexOf("_page=", StringComparison.Ordinal) + 6)..];
        var at = random.Next(token.Length);
        return random.Next(7) switch
        {
            0 => link,
            1 => link.Replace(token, token[..at], StringComparison.Ordinal),
            2 => link.Replace(token, token[..at] + _text.Pick(["A", "_", "=", "%", "%00", "é"]) + token[(at + 1)..], StringComparison.Ordinal),
            3 => $"/fhir/{_text.Pick(_types).Name}?_page={token}",
            4 => $"{link}&_sort=-_lastUpdated",
            5 => $"/fhir/{_text.Pick(["_history", "Patient/_history"])}?_page={OfHistory()}",
            _ => $"/fhir/Patient?_page={Encoded(_text.Next())}",
        };
    }

    /// <summary>A page of a history that is made up by one who knows how they are written.</summary>
    private string OfHistory()
    {
        var content = Encoding.UTF8.GetBytes(_text.Pick([
            "", "[]", "{}", "null", "[1,2,3,4,5]", """["x","Patient","1",1,1]""", """[-1,"Patient","1",1,1]""", """[9223372036854775807,"Patient","1",1,1]""", """[1,null,null,1,null]""", """[638000000000000000,"Patient","a\u0000b",1,1]""",
            """[638000000000000000,"Patient","1",99999999999,1]""", """[638000000000000000,"Patient","1",1.5,-1]""", """[638000000000000000,"\ud800","1",1,"x"]""", """[638000000000000000,"Patient","1",1,5]""",
        ]));
        byte[] signed = [.. content, 0, .. "/Patient/_history?"u8];
        return Base64Url.EncodeToString([.. SHA256.HashData(signed)[..8], .. content]);
    }
}
