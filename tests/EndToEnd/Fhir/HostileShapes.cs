using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using CloudPacs.Fhir.Formats;

namespace CloudPacs.EndToEnd.Tests.Fhir;

/// <summary>
/// Makes requests that are odd in what <see cref="HostileBodies"/> keeps right: the text of JSON and XML itself, the order in which patches
/// change a resource, Parameters of operations, entries of Bundles that search, headers and formats.
/// </summary>
/// <param name="random">Chooses.</param>
/// <param name="searches">Makes addresses.</param>
/// <param name="examples">Resources that are right.</param>
/// <param name="stored">Resources as the server has them.</param>
internal sealed class HostileShapes(Random random, HostileSearches searches, IReadOnlyList<byte[]> examples, IReadOnlyList<byte[]> stored)
{
    private const string Json = "application/fhir+json", Xml = "application/fhir+xml", JsonPatch = "application/json-patch+json";

    private static readonly string[] Numbers = ["1e999999999", "-1e-999999999", "0.1e-400", "12345678901234567890.12345678901234567890", "01", "1.", "--1", "NaN", "Infinity", "0x1", "1_000"];

    private static readonly string[] Texts =
        ["\\ud800", "\\udc00\\ud800", "\\ud83d", "\\u0000", "\0", "\\u000", "\\x41", "\\", "\u0001", "\u2028", "\uFEFF", "\\/", "\\ud83c\\udfe5", "&#xD800;", "&#0;", "&lt;", "&nope;", "<b/>", "]]>"];

    private static readonly string[] Paths =
    [
        "T", "T.contained", "T.contained[0]", "T.contained[0].id", "T.contained.id", "T.contained.identifier", "T.extension", "T.extension[0]", "T.extension('x')", "T.extension('x').extension", "T.extension.value", "T.identifier", "T.identifier[0]",
        "T.identifier[0].value", "T.identifier[0].period", "T.identifier.last()", "T.identifier.first().extension", "T.text", "T.text.div", "T.meta", "T.meta.tag", "T.meta.versionId", "T.id", "T.name", "T.name[0].given", "T.name[0].given[0]", "T.status",
        "T.where(status='active')", "T.identifier.where(value='MRN1')", "T.identifier.where(period.start='x').value", "T.note", "T.code.coding", "T.deceased", "T.multipleBirth", "T.resourceType", "Resource.id", "DomainResource.text", "identifier", "T.language.extension",
    ];

    private static readonly string[] Elements = ["extension", "contained", "identifier", "name", "note", "status", "text", "meta", "id", "value", "url", "period", "coding", "given", "deceased", "resourceType", "tag", "fhir_comments", "_status", "language"];

    private static readonly string[] Values =
    [
        """ "valueString":"x" """, """ "valueString":"" """, """ "valueCode":"active" """, """ "valueBoolean":true """, """ "valueInteger":1 """, """ "valueDecimal":1e400 """, """ "valueIdentifier":{"system":"urn:x","value":"y"} """, """ "valueHumanName":{"family":"A","given":["B",null]} """,
        """ "valueExtension":{} """, """ "valueReference":{"reference":"#x"} """, """ "valueMeta":{"tag":[{"code":"x"}]} """, """ "valueCoding":{"code":"x"} """, """ "part":[{"name":"url","valueUri":"x"},{"name":"value","valueString":"y"}] """,
        """ "part":[{"name":"extension","part":[{"name":"url","valueUri":"x"}]},{"name":"url","valueUri":"x"}] """, """ "part":[] """, """ "part":[{"name":"id","valueString":"x"}] """, """ "resource":{"resourceType":"Patient","id":"x"} """,
        """ "valueNarrative":{"status":"generated","div":"<div xmlns=\"http://www.w3.org/1999/xhtml\">x</div>"} """, """ "_valueString":{"id":"x"} """, "",
    ];

    private static readonly (string Target, string[] Names)[] Operations =
    [
        ("Patient/$match", ["resource", "onlyCertainMatches", "count"]), ("ServiceRequest/$create-order", ["order"]), ("Observation/$lastn", ["max", "patient", "code", "_count"]), ("Patient/ID/$everything", ["start", "end", "_since", "_type", "_count", "_page"]),
        ("Encounter/ID/$everything", ["_since", "_type", "_count", "_page"]), ("Patient/ID/$meta-add", ["meta"]), ("Organization/ID/$meta-add", ["meta"]), ("Organization/ID/$meta-delete", ["meta"]), ("Organization/ID/$meta", []),
    ];

    /// <summary>These load definitions, which takes seconds the first time.</summary>
    private static readonly (string Target, string[] Names)[] Slow =
    [
        ("ValueSet/$expand", ["url", "valueSet", "filter", "offset", "count"]), ("ValueSet/$validate-code", ["url", "valueSet", "code", "system", "display", "coding", "codeableConcept"]), ("Patient/$validate", ["resource", "mode", "profile"]), ("Patient/ID/$validate", ["resource", "mode", "profile"]),
    ];

    private static readonly string[] Accepted =
    [
        "", ",", ";", "*", "*/*;q=0", "application/fhir+json;q=NaN", "application/fhir+json;q=1.00001", "application/fhir+xml; charset=utf-16", "application/fhir+json; fhirVersion=\"4.0\"", "text/html, */*", "a", "a/b/c", "*/json", "application/*;fhirVersion=4.0", "\"", "é/ü", "application/fhir+json;;;a==",
        "text/turtle", "application/xml;q=0.5,text/json;q=0.9", string.Join(',', Enumerable.Repeat("a/b;q=0.1", 300)),
    ];

    private readonly HostileText _text = new(random);

    public HostileRequest Next() => random.Next(16) switch
    {
        < 4 => Written(),
        < 6 => Patched(),
        < 8 => PathPatched(),
        < 10 => Batched(),
        < 12 => Operated(),
        < 13 => Conditional(),
        < 14 => History(),
        _ => Headed(),
    };

    private HostileRequest Written()
    {
        var (type, id, json) = Any();
        var isXml = _text.Chance(0.35);
        var text = isXml ? XmlText(json) : JsonText(json);
        var bytes = random.Next(25) switch
        {
            0 => Encoding.Unicode.GetBytes(text),
            1 => [.. Encoding.UTF8.Preamble, .. Encoding.UTF8.GetBytes(text)],
            2 => Encoding.Latin1.GetBytes(text),
            _ => Encoding.UTF8.GetBytes(text),
        };
        var format = isXml ? Xml : Json;
        return random.Next(8) switch
        {
            0 => new HostileRequest("POST", "/fhir/", format, bytes),
            < 3 => new HostileRequest("POST", $"/fhir/{type}", format, bytes),
            _ => new HostileRequest("PUT", $"/fhir/{type}/{id}", format, bytes),
        };
    }

    private string JsonText(string json)
    {
        for (var faults = random.Next(1, 3); faults > 0; faults--)
        {
            json = random.Next(9) switch
            {
                // A name twice: what counts, the first or the last?
                0 => AtName(json, at => json[at..Math.Min(json.IndexOf(':', at) + 1, json.Length)] + _text.Pick(["null,", "1,", "{},", "\"x\",", "[],"])),
                1 => AtName(json, _ => _text.Pick(["\"id\":\"a\",\"id\":\"b\",", "\"meta\":{},\"meta\":{},", "\"resourceType\":\"List\",", "\"\":1,", "\"__proto__\":{},", "\"fhir_comments\":[\"x\"],", "\"extension\":" + Deep(random.Next(1, 70)) + ",", "\"contained\":[" + json + "],"])),
                2 => InText(json, _text.Pick(Texts)),
                3 => InText(json, new string('a', random.Next(1, 200_000))),
                4 => AtName(json, _ => $"\"extension\":[{{\"url\":\"x\",\"valueDecimal\":{_text.Pick(Numbers)}}}],"),
                5 => AtName(json, _ => $"\"extension\":[{{\"url\":\"x\",\"valueDecimal\":{new string('9', random.Next(1, 50_000))}{_text.Pick(["", ".5", "e5"])}}}],"),
                6 => AtName(json, _ => _text.Pick(["\"x\":" + new string('[', random.Next(1, 100_000)), "\"x\":" + string.Concat(Enumerable.Repeat("{\"a\":", random.Next(1, 20_000))), "\"extension\":" + Deep(random.Next(60, 3000)) + ","])),
                7 => json + _text.Pick(["{}", ",", "]", "\0", "//x", "/**/", " \n", json]),
                _ => AtName(json, _ => _text.Pick(["//x\n", "/*x*/", ",", "'a':1,", "a:1,", "\"a\"=1,", "\"a\":undefined,", "\"\\u0069d\":\"esc\",", "\"\\ud800\":1,"])),
            };
        }

        return json;
    }

    private static string Deep(int depth) =>
        string.Concat(Enumerable.Repeat("[{\"url\":\"x\",\"extension\":", depth)) + "[{\"url\":\"x\",\"valueString\":\"y\"}]" + string.Concat(Enumerable.Repeat("}]", depth));

    /// <summary>Puts a text before a name of a member.</summary>
    private string AtName(string json, Func<int, string> made)
    {
        var names = Enumerable.Range(1, Math.Max(json.Length - 1, 0)).Where(at => json[at] == '"' && json[at - 1] is '{' or ',').Take(500).ToList();
        if (names.Count == 0) return json;
        var at = _text.Pick(names);
        return json.Insert(at, made(at));
    }

    private string InText(string json, string put)
    {
        var ends = Enumerable.Range(1, Math.Max(json.Length - 2, 0)).Where(at => json[at] == '"' && json[at + 1] is ',' or '}').Take(500).ToList();
        return ends.Count == 0 ? json : json.Insert(_text.Pick(ends), put);
    }

    private string XmlText(string json)
    {
        string xml;
        try
        {
            xml = Encoding.UTF8.GetString(FhirXml.FromJson(Encoding.UTF8.GetBytes(json)).Span);
        }
        catch (FhirFormatException)
        {
            return json;
        }

        for (var faults = random.Next(1, 3); faults > 0; faults--)
        {
            var starts = Enumerable.Range(1, Math.Max(xml.Length - 1, 0)).Where(at => xml[at] == '<').Take(500).ToList();
            if (starts.Count == 0) return xml;
            var start = _text.Pick(starts);
            xml = random.Next(9) switch
            {
                0 => xml.Insert(start, string.Concat(Enumerable.Repeat("<extension url=\"x\">", random.Next(1, 5000))) + _text.Pick(["", "<valueString value=\"y\"/>" + string.Concat(Enumerable.Repeat("</extension>", 50))])),
                1 => "<!DOCTYPE a [<!ENTITY b \"" + new string('c', 1000) + "\"><!ENTITY d \"&b;&b;&b;&b;\">]>" + xml.Insert(start, "&d;"),
                2 => xml.Insert(start, _text.Pick(Texts)),
                3 => xml.Insert(start, _text.Pick(["<?xml-stylesheet href=\"x\"?>", "<!-- -- -->", "<?xml version=\"1.1\" encoding=\"utf-16\"?>", "<a:b xmlns:a=\"x\"/>", "<id/>", "<id value=\"\"/>", "<extension/>", "<contained/>", "<contained><Patient/></contained>", "<text><div xmlns=\"http://www.w3.org/1999/xhtml\"/></text>"])),
                4 => xml.Replace("value=\"", "value=\"" + _text.Pick(Texts), StringComparison.Ordinal),
                5 => xml.Replace("http://hl7.org/fhir", _text.Pick(["", "urn:x", "http://hl7.org/fhir/", "http://www.w3.org/1999/xhtml"]), StringComparison.Ordinal),
                6 => "<?xml version=\"1.0\" encoding=\"" + _text.Pick(["utf-16", "ISO-8859-1", "utf-7", "x", "utf-8"]) + "\"?>" + xml,
                7 => xml[..start],
                _ => xml.Insert(start, "<extension url=\"x\"><valueDecimal value=\"" + _text.Pick(Numbers) + new string('9', random.Next(1, 20_000)) + "\"/></extension>"),
            };
        }

        return xml;
    }

    private HostileRequest Patched()
    {
        var (type, id, _) = Stored();
        var operations = string.Join(',', Enumerable.Range(0, _text.Chance(0.05) ? random.Next(900, 1100) : random.Next(1, 6)).Select(_ => Operation(type)));
        var body = random.Next(12) switch
        {
            0 => new string('[', random.Next(1, 50_000)),
            1 => $"[{operations}",
            2 => $"{{\"op\":[{operations}]}}",
            3 => $"[[{operations}],null,1]",
            _ => $"[{operations}]",
        };
        return new HostileRequest("PATCH", $"/fhir/{type}/{id}", JsonPatch, Encoding.UTF8.GetBytes(body));
    }

    private string Operation(string type)
    {
        string Place() => _text.Pick(["/identifier", "/identifier/-", "/identifier/0", "/extension", "/extension/-", "/extension/0/extension", "/contained", "/contained/-", "/contained/0", "/contained/0/contained", "/id", "/meta", "/meta/tag", "/meta/tag/-", "/meta/versionId", "/text/div", "/status", "/_status", "/name", "/x", "/resourceType", "/note/-", "/identifier/99999999999", "/identifier/-1", "/~01", "//", ""]);
        var value = _text.Pick(["null", "{}", "[]", "\"\\ud800\"", "\"x\"", "1e999", Deep(random.Next(1, 40)), "[[[]]]", $"{{\"resourceType\":\"{type}\"}}", "{\"url\":\"x\",\"valueString\":\"y\"}", "{\"a\":1,\"a\":2}", "[{\"code\":\"x\"}]", "true"]);
        return random.Next(7) switch
        {
            0 => $"{{\"op\":\"copy\",\"from\":\"{Place()}\",\"path\":\"{Place()}\"}}",
            1 => $"{{\"op\":\"move\",\"from\":\"{Place()}\",\"path\":\"{Place()}\"}}",
            2 => $"{{\"op\":\"remove\",\"path\":\"{Place()}\"}}",
            3 => $"{{\"op\":\"test\",\"path\":\"{Place()}\",\"value\":{value}}}",
            4 => $"{{\"op\":\"add\",\"op\":\"remove\",\"path\":\"{Place()}\",\"path\":\"{Place()}\",\"value\":{value}}}",
            _ => $"{{\"op\":\"{_text.Pick(["add", "replace"])}\",\"path\":\"{Place()}\",\"value\":{value}}}",
        };
    }

    private HostileRequest PathPatched()
    {
        var (type, id, _) = Stored();
        var operations = Enumerable.Range(0, random.Next(1, 6)).Select(_ =>
        {
            var path = _text.Chance(0.05) ? type + string.Concat(Enumerable.Repeat(".extension", random.Next(10, 250))) : _text.Pick(Paths).Replace("T", type, StringComparison.Ordinal);
            var parts = new List<string> { $"{{\"name\":\"type\",\"valueCode\":\"{_text.Pick(["add", "add", "insert", "delete", "delete", "replace", "move"])}\"}}", $"{{\"name\":\"path\",\"valueString\":\"{path}\"}}", $"{{\"name\":\"name\",\"valueString\":\"{_text.Pick(Elements)}\"}}" };
            parts.AddRange(new[] { "index", "source", "destination" }.Select(name => $"{{\"name\":\"{name}\",\"valueInteger\":{_text.Pick(["0", "0", "1", "-1", "2147483647"])}}}"));
            var value = _text.Chance(0.1) ? $"\"valueExtension\":{Deep(random.Next(1, 40))[1..^1]}" : _text.Pick(Values);
            parts.Add(value.Length > 0 ? $"{{\"name\":\"value\",{value}}}" : "{\"name\":\"value\"}");
            return $"{{\"name\":\"operation\",\"part\":[{string.Join(',', parts.Where(_ => random.Next(40) != 0))}]}}";
        });
        return new HostileRequest("PATCH", $"/fhir/{type}/{id}", Json, Encoding.UTF8.GetBytes($"{{\"resourceType\":\"Parameters\",\"parameter\":[{string.Join(',', operations)}]}}"));
    }

    private HostileRequest Batched()
    {
        var count = _text.Chance(0.02) ? random.Next(490, 510) : random.Next(1, 12);
        var isBatch = _text.Chance(0.6);
        var entries = Enumerable.Range(0, count).Select(number =>
        {
            var (type, id, json) = Any();
            var search = searches.Next().Target["/fhir/".Length..];
            var query = search.Contains('?', StringComparison.Ordinal) ? search[search.IndexOf('?', StringComparison.Ordinal)..] : "?";
            var (method, url) = random.Next(9) switch
            {
                0 => ("POST", type),
                1 => ("PUT", $"{type}{query}"),
                2 => ("DELETE", $"{type}{query}"),
                3 => ("PATCH", $"{type}/{id}"),
                4 => ("POST", _text.Pick(["", "/", $"{type}/$validate", "Patient/$match", "ServiceRequest/$create-order", $"{type}/_search", "$x", "Observation/$lastn?patient=x"])),
                5 => ("PUT", $"{type}/hostile-{random.Next(200)}"),
                _ => ("GET", _text.Pick([search, search, $"{type}/{id}", $"{type}/{id}/_history", $"{type}/_history?_count=1000", "_history?_at=2026", "metadata", "http://other/fhir/Patient", "//", "?", "%", "\\\\", "Patient/x y", "Patient?a=é🏥%20", "openapi.json", ""])),
            };
            var request = new JsonObject { ["method"] = method, ["url"] = url };
            if (_text.Chance(0.2)) request[_text.Pick(["ifMatch", "ifNoneMatch", "ifModifiedSince", "ifNoneExist", "ifNoneExist"])] = _text.Pick([query.TrimStart('?'), "W/\"1\"", "*", "2026", "\r\n", "é", "identifier=MRN1"]);
            var entry = new JsonObject { ["request"] = request };
            if (_text.Chance(0.5)) entry["fullUrl"] = _text.Pick([$"urn:uuid:{new Guid(number, 0, 0, new byte[8])}", $"urn:uuid:{Guid.Empty}", $"http://a/{type}/{id}", "Patient?identifier=MRN1", "x"]);
            var resource = JsonNode.Parse(json)!;
            if (resource["subject"] is JsonObject subject) subject["reference"] = _text.Pick(["Patient?identifier=MRN1", $"urn:uuid:{Guid.Empty}", $"Patient{query}", "urn:uuid:x", "Patient?", "http://a/b?c=d", "Patient/1"]);
            if (method is "POST" or "PUT" or "PATCH") entry["resource"] = method == "PATCH" ? new JsonObject { ["resourceType"] = "Binary", ["contentType"] = JsonPatch, ["data"] = _text.Pick(["", "W10=", "eA==", "AAAA", "WwpdCg=="]) } : resource;
            return entry.ToJsonString();
        });
        return new HostileRequest("POST", "/fhir/", Json, Encoding.UTF8.GetBytes($"{{\"resourceType\":\"Bundle\",\"type\":\"{(isBatch ? "batch" : "transaction")}\",\"entry\":[{string.Join(',', entries)}]}}"));
    }

    private HostileRequest Operated()
    {
        var (target, names) = _text.Pick(HostileEngine.Many && _text.Chance(0.4) ? Slow : Operations);
        var (type, id, json) = Any();
        target = target.Replace("ID", _text.Chance(0.8) && target.StartsWith(type + "/", StringComparison.Ordinal) ? id : _text.Pick(stored.Select(static one => (string)JsonNode.Parse(one)!["id"]!).ToList()), StringComparison.Ordinal);
        string Given() => _text.Pick(["http://hl7.org/fhir/ValueSet/administrative-gender", "http://hl7.org/fhir/ValueSet/languages", "http://hl7.org/fhir/ValueSet/all-types|4.0.1", "http://hl7.org/fhir/StructureDefinition/Patient", "male", "x", "2026", "-1", "2147483648", "0", "true", "Patient", "*", _text.Next()]);
        if (_text.Chance(0.4)) return new HostileRequest(_text.Pick(["GET", "GET", "HEAD", "POST", "PUT", "DELETE"]), $"/fhir/{target}?{string.Join('&', Enumerable.Range(0, random.Next(4)).Select(_ => $"{(names.Length > 0 ? _text.Pick(names) : "x")}={Uri.EscapeDataString(Given())}"))}", null, []);
        var parameters = Enumerable.Range(0, random.Next(5)).Select(_ =>
        {
            var value = random.Next(7) switch
            {
                0 => $"\"resource\":{json}",
                1 => $"\"resource\":{_text.Pick(["{}", "null", "[]", "1", "{\"resourceType\":\"ValueSet\",\"status\":\"draft\",\"compose\":{\"include\":[{\"system\":\"http://loinc.org\",\"filter\":[{\"property\":\"x\",\"op\":\"regex\",\"value\":\"(a+)+$\"}]},{\"valueSet\":[\"urn:self\"]}]},\"url\":\"urn:self\"}", "{\"resourceType\":\"Bundle\",\"type\":\"collection\",\"entry\":[{},null]}", $"{{\"resourceType\":\"{type}\",\"extension\":{Deep(random.Next(1, 300))}}}"])}",
                2 => _text.Pick(Values) is { Length: > 0 } some ? some : "\"x\":1",
                3 => $"\"valueUri\":{JsonSerializer.Serialize(Given())}",
                4 => "\"valueMeta\":" + _text.Pick(["{}", "{\"tag\":null}", "{\"tag\":[null]}", "{\"tag\":[1,{},\"x\"]}", "{\"tag\":{}}", "{\"profile\":[\"x\",1,null,\"\\ud800\"]}", "{\"security\":[{\"code\":\"a\\u0000\"}]}", "{\"tag\":[{\"system\":\"urn:x\",\"code\":\"SUBSETTED\"}]}", "{\"versionId\":\"9\"}", $"{{\"tag\":[{{\"code\":\"{random.Next(1000)}\"}}]}}"]),
                5 => "\"valueCodeableConcept\":" + _text.Pick(["{}", "{\"coding\":[null,1,{\"code\":1},{\"code\":\"male\",\"system\":{}}]}", "{\"coding\":[{\"code\":\"male\"}]}"]),
                _ => "\"valueInteger\":" + _text.Pick(["1", "-1", "1.5", "1e9", "99999999999"]),
            };
            return $"{{\"name\":{_text.Pick([names.Length > 0 ? JsonSerializer.Serialize(_text.Pick(names)) : "\"x\"", names.Length > 0 ? JsonSerializer.Serialize(names[0]) : "\"x\"", "1", "\"\\ud800\""])},{value}}}";
        });
        return new HostileRequest("POST", $"/fhir/{target}", Json, Encoding.UTF8.GetBytes($"{{\"resourceType\":\"Parameters\",\"parameter\":[{string.Join(',', parameters)}]}}"));
    }

    /// <summary>A write whose criteria are any search.</summary>
    private HostileRequest Conditional()
    {
        var (type, _, json) = Any();
        var target = searches.Next().Target;
        var query = target.Contains('?', StringComparison.Ordinal) ? target[target.IndexOf('?', StringComparison.Ordinal)..] : "?x";
        var body = Encoding.UTF8.GetBytes(json);
        return random.Next(4) switch
        {
            0 => new HostileRequest("PUT", $"/fhir/{type}{query}", Json, body),
            1 => new HostileRequest("DELETE", $"/fhir/{type}{query}", null, []),
            2 => new HostileRequest("PATCH", $"/fhir/{type}{query}", JsonPatch, Encoding.UTF8.GetBytes($"[{Operation(type)}]")),
            _ => new HostileRequest("POST", $"/fhir/{type}", Json, body, ("If-None-Exist", Short(query))),
        };
    }

    private HostileRequest History()
    {
        var (type, id, _) = Stored();
        var path = _text.Pick(["_history", $"{type}/_history", $"{type}/{id}/_history", $"{type}/{id}/_history/1", $"{type}/{id}/_history/99999999999", $"{type}/{id}/_history/-1", $"{type}/{id}/_history/01", $"{type}/{id}/_history/1/x"]);
        var query = Enumerable.Range(0, random.Next(1, 4)).Select(_ => $"{_text.Pick(["_since", "_at", "_count", "_page", "_sort", "_list", "_summary", "_elements", "_format", "_pretty"])}={Uri.EscapeDataString(_text.Chance(0.5) ? _text.Next() : _text.Pick(["0", "1", "1000", "2026", "2026-12-01T00:00:00Z", "9998-12-31", "true", "count", "xml", "html", "id"]))}");
        return new HostileRequest(_text.Pick(["GET", "GET", "HEAD", "POST"]), $"/fhir/{path}?{string.Join('&', query)}", null, []);
    }

    private HostileRequest Headed()
    {
        var (type, id, json) = Stored();
        var headers = Enumerable.Range(0, random.Next(1, 4)).Select(_ => (_text.Pick(["Accept", "Accept", "Accept-Encoding", "Accept-Charset", "If-Match", "If-None-Match", "If-Modified-Since", "If-Unmodified-Since", "If-None-Exist", "Prefer", "X-Request-Id", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "Range", "Expect", "Origin", "Cookie", "Authorization", "Content-Language", "X-HTTP-Method-Override"]), HeaderValue())).ToArray();
        var format = _text.Chance(0.4) ? $"_format={Uri.EscapeDataString(_text.Chance(0.7) ? _text.Pick(Accepted) : _text.Next())}&" : "";
        var query = $"?{format}_pretty={_text.Pick(["true", "x", ""])}";
        return random.Next(5) switch
        {
            0 => new HostileRequest("PUT", $"/fhir/{type}/{id}{query}", _text.Pick([Json, Xml, "application/json; charset=\"utf-8\"", "application/fhir+json;fhirVersion=5.0", "multipart/form-data", "*/*", ";", "application/fhir+json, text/html"]), Encoding.UTF8.GetBytes(json), headers),
            1 => new HostileRequest("DELETE", $"/fhir/{type}/none{query}", null, [], headers),
            2 => new HostileRequest(_text.Pick(["GET", "HEAD"]), $"/fhir/{_text.Pick(["", "metadata", "openapi.json", $"{type}", $"{type}/{id}/_history"])}{query}", null, [], headers),
            3 => new HostileRequest("POST", $"/fhir/{type}{query}", Json, Encoding.UTF8.GetBytes(json), headers),
            _ => new HostileRequest(_text.Pick(["GET", "HEAD", "OPTIONS", "TRACE", "X"]), $"/fhir/{type}/{id}{query}", null, [], headers),
        };
    }

    private string HeaderValue() => Short(random.Next(3) switch
    {
        0 => _text.Pick(Accepted),
        1 => _text.Pick(["W/\"1\"", "\"1\"", "W/\"2\", W/\"3\"", "*", "W/", "W/\"", "\"\"", "W/\"2147483648\"", "Sat, 29 Feb 2020 25:00:00 GMT", "0", "return=minimal; handling=strict", "return=\"minimal\"", "respond-async", "bytes=0-", "100-continue", "br;q=x", "gzip, br", "identifier=MRN1"]),
        _ => _text.Next(),
    });

    /// <summary>As it can stand in a header of which the server takes some thousand bytes.</summary>
    private static string Short(string text)
    {
        var wire = new StringBuilder();
        foreach (var one in Encoding.UTF8.GetBytes(text.TrimStart('?')).Take(2000)) wire.Append(one is < 0x20 or 0x7F ? '.' : (char)one);
        return wire.ToString();
    }

    private (string Type, string Id, string Json) Stored() => Read(_text.Pick(stored));

    private (string Type, string Id, string Json) Any()
    {
        var (type, id, json) = Read(_text.Pick(_text.Chance(0.6) ? examples : stored));
        if (_text.Chance(0.5)) return (type, id, json);
        var other = JsonNode.Parse(json)!;
        other["id"] = id = string.Create(CultureInfo.InvariantCulture, $"shape-{random.Next(100)}");
        return (type, id, other.ToJsonString());
    }

    private static (string Type, string Id, string Json) Read(byte[] resource)
    {
        var node = JsonNode.Parse(resource)!;
        return ((string)node["resourceType"]!, (string)node["id"]!, node.ToJsonString());
    }
}
