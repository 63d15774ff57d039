using System.IO.Compression;
using System.Text;
using System.Text.Json.Nodes;
using CloudPacs.Fhir.Formats;

namespace CloudPacs.EndToEnd.Tests.Fhir;

/// <summary>Makes writes whose bodies are resources with faults: in values, in their structure, in their bytes; as JSON and XML, patches and Bundles.</summary>
/// <param name="random">Chooses.</param>
/// <param name="examples">Resources that are right.</param>
/// <param name="stored">Resources as the server has them, in the types that messages and clients share.</param>
internal sealed class HostileBodies(Random random, IReadOnlyList<byte[]> examples, IReadOnlyList<byte[]> stored)
{
    public const string Order = """
        {"resourceType":"Bundle","type":"transaction","entry":[
         {"fullUrl":"urn:uuid:5b1f7a3e-0000-4000-8000-000000000001","request":{"method":"POST","url":"Patient"},"resource":
          {"resourceType":"Patient","identifier":[{"system":"urn:oid:1.2.3","value":"MRN1"}],"name":[{"family":"SHARMA","given":["RAHUL"]}],"birthDate":"1980-01-01","gender":"male"}},
         {"fullUrl":"urn:uuid:5b1f7a3e-0000-4000-8000-000000000002","request":{"method":"POST","url":"Encounter"},"resource":
          {"resourceType":"Encounter","status":"planned","class":{"code":"AMB"},"identifier":[{"system":"urn:oid:1.2.4","value":"VN1"}],"subject":{"reference":"urn:uuid:5b1f7a3e-0000-4000-8000-000000000001"}}},
         {"fullUrl":"urn:uuid:5b1f7a3e-0000-4000-8000-000000000003","request":{"method":"POST","url":"ServiceRequest"},"resource":
          {"resourceType":"ServiceRequest","status":"active","intent":"order","priority":"stat","identifier":[{"system":"urn:oid:1.2.5","value":"P1"}],
           "subject":{"reference":"urn:uuid:5b1f7a3e-0000-4000-8000-000000000001"},"encounter":{"reference":"urn:uuid:5b1f7a3e-0000-4000-8000-000000000002"},
           "code":{"coding":[{"code":"CTCHEST","display":"CT Chest"}]},"orderDetail":[{"coding":[{"system":"http://dicom.nema.org/resources/ontology/DCM","code":"CT"}]}],
           "reasonCode":[{"text":"cough"}],"note":[{"text":"by phone"}],"occurrenceDateTime":"2026-03-10T09:30:00+05:30"}},
         {"request":{"method":"POST","url":"Appointment"},"resource":
          {"resourceType":"Appointment","status":"booked","start":"2026-03-12T11:00:00Z","end":"2026-03-12T11:30:00Z","basedOn":[{"reference":"urn:uuid:5b1f7a3e-0000-4000-8000-000000000003"}],
           "participant":[{"actor":{"reference":"urn:uuid:5b1f7a3e-0000-4000-8000-000000000001"},"status":"accepted"}]}}]}
        """;

    private static readonly string[] Pieces =
    [
        "<", ">", "/>", "</", "\"", "'", "&", "&#0;", "&#x10FFFF;", "<!--", "-->", "<![CDATA[", "]]>", "<?", "<!DOCTYPE a [<!ENTITY b SYSTEM \"file:///etc/passwd\">]>", "{", "}", "[", "]", ",", ":", "null", "\\ud800", "\\u0000", "\0", "_",
        "xmlns=\"\"", "\uFFFE", "1e999", "\"id\":\"x\",", "\"resourceType\":\"Patient\",", "\"_status\":{\"id\":\"x\"},", "\"extension\":[{\"url\":\"x\",\"valueString\":\"\"}],", "\"contained\":[{\"resourceType\":\"Patient\",\"id\":\"x\"}],", "\"meta\":{},",
    ];

    private static readonly string[] Types =
    [
        "application/fhir+json", "application/json", "application/fhir+xml", "application/json-patch+json", "text/plain", "", "application/fhir+json; charset=utf-16",
        "application/fhir+json; fhirVersion=3.0",
    ];

    private static readonly string[] Criteria = ["identifier=MRN1", "identifier=urn:oid:1.2.5|P1", "_id=none", "name=SHARMA", "", "?", "identifier=", "identifier=%00", "identifier=a\\", "subject.name=x", "_lastUpdated=gt2000", "_sort=name", "a=b"];

    private readonly HostileText _text = new(random);

    public HostileRequest Next() => random.Next(20) switch
    {
        < 4 => Create(),
        < 8 => Update(),
        < 10 => JsonPatch(),
        < 11 => PathPatch(),
        < 16 => Transaction(),
        < 18 => Conditional(),
        _ => Operation(),
    };

    private HostileRequest Create()
    {
        var resource = Mutated(Any());
        return Sent("POST", $"/fhir/{TypeOf(resource)}", resource);
    }

    private HostileRequest Update()
    {
        var source = _text.Chance(0.6) ? Read(_text.Pick(stored)) : Any();
        // So few ids that most are written many times.
        var id = source["meta"]?["versionId"] is not null && _text.Chance(0.9) ? (string?)source["id"] : $"hostile-{random.Next(200)}";
        source["id"] = id;
        var resource = Mutated(source);
        return Sent("PUT", $"/fhir/{TypeOf(resource)}/{(_text.Chance(0.95) ? id : Uri.EscapeDataString(_text.Next()))}", resource);
    }

    private HostileRequest JsonPatch()
    {
        var source = Read(_text.Pick(stored));
        var places = Places(source);
        var operations = new JsonArray([.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => (JsonNode)new JsonObject
        {
            ["op"] = _text.Pick(["add", "replace", "remove", "move", "copy", "test", "", "ADD"]),
            ["path"] = Pointer(places),
            ["from"] = Pointer(places),
            ["value"] = Value(places.Count > 0 ? _text.Pick(places).Node : null),
        })]);
        JsonNode body = _text.Chance(0.1) ? Mutated(new JsonObject { ["a"] = operations })["a"] ?? new JsonObject() : operations;
        return new HostileRequest("PATCH", $"/fhir/{source["resourceType"]}/{source["id"]}", "application/json-patch+json", Damaged(Encoding.UTF8.GetBytes(body.ToJsonString()), 0.1), Headers());
    }

    private HostileRequest PathPatch()
    {
        var source = Read(_text.Pick(stored));
        var type = (string)source["resourceType"]!;
        var path = _text.Pick([$"{type}.status", $"{type}.identifier", $"{type}.identifier[0].value", type, $"{type}.where(", $"{type}.descendants()", $"{type}.repeat(children())", "1/0", "'a'.matches('(a+)+$')", $"{type}.extension.where(url='x')", _text.Next()]);
        var operation = new JsonObject
        {
            ["name"] = "operation",
            ["part"] = new JsonArray(
                new JsonObject { ["name"] = "type", ["valueCode"] = _text.Pick(["add", "insert", "delete", "replace", "move", "x"]) }, new JsonObject { ["name"] = "path", ["valueString"] = path },
                new JsonObject { ["name"] = "name", ["valueString"] = _text.Pick(["status", "note", "x"]) }, new JsonObject { ["name"] = "index", ["valueInteger"] = _text.Pick([0, -1, 99999]) },
                new JsonObject { ["name"] = "value", ["valueString"] = _text.Next() }),
        };
        var body = new JsonObject { ["resourceType"] = "Parameters", ["parameter"] = new JsonArray(operation) };
        return Sent("PATCH", $"/fhir/{type}/{source["id"]}", _text.Chance(0.3) ? Mutated(body) : body);
    }

    private HostileRequest Transaction()
    {
        JsonObject bundle;
        if (_text.Chance(0.6))
        {
            // Some orders are new, and some come again.
            var number = random.Next(300);
            bundle = Read(Encoding.UTF8.GetBytes(Order.Replace("MRN1", $"MRN{number / 2}", StringComparison.Ordinal).Replace("\"P1\"", $"\"P{number}\"", StringComparison.Ordinal).Replace("VN1", $"VN{number}", StringComparison.Ordinal)));
        }
        else
        {
            var entries = Enumerable.Range(0, random.Next(1, 5)).Select(_ =>
            {
                var resource = Any();
                var (method, type) = (_text.Pick(["POST", "PUT", "PUT", "DELETE", "GET", "PATCH", "x"]), TypeOf(resource));
                var url = _text.Pick([type, $"{type}/hostile-{random.Next(200)}", $"{type}?{_text.Pick(Criteria)}", _text.Next(), "Patient/1/_history/1", "$everything"]);
                return (JsonNode)new JsonObject { ["fullUrl"] = _text.Pick([$"urn:uuid:{Guid.Empty}", "urn:uuid:x", "http://a/Patient/1", ""]), ["resource"] = resource, ["request"] = new JsonObject { ["method"] = method, ["url"] = url } };
            });
            bundle = new JsonObject { ["resourceType"] = "Bundle", ["type"] = _text.Pick(["transaction", "batch", "collection", "history"]), ["entry"] = new JsonArray([.. entries]) };
        }

        return Sent("POST", "/fhir/", Mutated(bundle));
    }

    private HostileRequest Conditional()
    {
        var resource = Mutated(Any());
        var criteria = _text.Chance(0.8) ? _text.Pick(Criteria) : Uri.EscapeDataString(_text.Next());
        if (_text.Chance(0.5)) return Sent(_text.Pick(["PUT", "PATCH", "DELETE"]), $"/fhir/{TypeOf(resource)}?{criteria}", resource);
        return Sent("POST", $"/fhir/{TypeOf(resource)}", resource, ("If-None-Exist", criteria));
    }

    private HostileRequest Operation()
    {
        var resource = Any();
        var type = TypeOf(resource);
        var body = _text.Chance(0.5) ? resource : new JsonObject
        {
            ["resourceType"] = "Parameters",
            ["parameter"] = new JsonArray(
                new JsonObject { ["name"] = _text.Pick(["resource", "meta", "url", "x"]), ["resource"] = resource }, new JsonObject { ["name"] = _text.Pick(["count", "mode", "profile", "onlyCertainMatches"]), ["valueString"] = _text.Next() }),
        };
        // What loads definitions first takes seconds for it: it is for when many are sent.
        return random.Next(HostileEngine.Many ? 7 : 4) switch
        {
            0 => Sent("POST", "/fhir/Patient/$match", Mutated(body)),
            1 => Sent("POST", "/fhir/ServiceRequest/$create-order", Mutated(_text.Chance(0.5) ? Read(Encoding.UTF8.GetBytes(Order.Replace("\"transaction\"", "\"collection\"", StringComparison.Ordinal))) : body)),
            4 => Sent("POST", $"/fhir/ValueSet/{_text.Pick(["$expand", "$validate-code"])}", Mutated(body)),
            < 4 => Sent("POST", $"/fhir/{type}/{_text.Pick(["$meta-add", "$meta-delete", "$meta", "$everything", "$lastn"])}", Mutated(body)),
            _ => Sent("POST", $"/fhir/{type}/$validate", Mutated(body)),
        };
    }

    private HostileRequest Sent(string method, string target, JsonObject resource, params (string, string)[] headers)
    {
        var json = Encoding.UTF8.GetBytes(resource.ToJsonString());
        if (_text.Chance(0.25) && Xml(json) is { } xml) return new HostileRequest(method, target, "application/fhir+xml", Damaged(xml, 0.4), [.. headers, .. Headers()]);
        var body = Damaged(json, 0.2);
        if (!_text.Chance(0.03)) return new HostileRequest(method, target, _text.Chance(0.06) ? _text.Pick(Types) : Types[0], body, [.. headers, .. Headers()]);
        using var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionLevel.Fastest)) gzip.Write(body);
        return new HostileRequest(method, target, Types[0], Damaged(compressed.ToArray(), 0.5), [.. headers, ("Content-Encoding", _text.Pick(["gzip", "br", "deflate", "x"]))]);
    }

    private (string, string)[] Headers() => random.Next(20) switch
    {
        0 => [("If-Match", _text.Pick(["W/\"1\"", "\"1\"", "*", "W/\"99999999999\"", "x", "W/\"-1\"", "W/\"1\",W/\"2\""]))],
        1 => [("If-None-Exist", _text.Pick(Criteria))],
        2 => [("Prefer", _text.Pick(["return=minimal", "return=OperationOutcome", "return=", "respond-async"]))],
        3 => [("If-None-Match", _text.Pick(["*", "W/\"1\"", "x"])), ("If-Modified-Since", _text.Pick(["x", "Sat, 01 Jan 0001 00:00:00 GMT"]))],
        _ => [],
    };

    private static byte[]? Xml(byte[] json)
    {
        try
        {
            return FhirXml.FromJson(json).ToArray();
        }
        catch (FhirFormatException)
        {
            return null;
        }
    }

    private byte[] Damaged(byte[] bytes, double part)
    {
        for (; bytes.Length > 0 && _text.Chance(part); part /= 2)
        {
            var at = random.Next(bytes.Length);
            var length = Math.Min(random.Next(1, 40), bytes.Length - at);
            bytes = random.Next(6) switch
            {
                0 => [.. bytes[..at], .. bytes[(at + length)..]],
                1 => [.. bytes[..at], (byte)random.Next(256), .. bytes[(at + 1)..]],
                2 => [.. bytes[..at], .. bytes[at..(at + length)], .. bytes[at..]],
                3 => bytes[..at],
                4 => [.. bytes[..1], .. Encoding.UTF8.GetBytes(_text.Pick(Pieces)), .. bytes[1..]],
                _ => [.. bytes[..at], .. Encoding.UTF8.GetBytes(_text.Pick(Pieces)), .. bytes[at..]],
            };
        }

        return bytes;
    }

    private JsonObject Any() => Read(_text.Pick(_text.Chance(0.7) ? examples : stored));

    private static JsonObject Read(byte[] json) => JsonNode.Parse(json)!.AsObject();

    private static string TypeOf(JsonObject resource) => resource["resourceType"] is JsonValue value && value.TryGetValue(out string? type) ? Uri.EscapeDataString(type) : "Patient";

    private JsonObject Mutated(JsonObject resource)
    {
        for (var faults = random.Next(4); faults > 0; faults--)
        {
            var places = Places(resource);
            if (places.Count == 0) break;
            var (parent, key, index, node) = _text.Pick(places);
            switch (random.Next(8))
            {
                case 0:
                    if (key is not null) parent.AsObject().Remove(key);
                    else parent.AsArray().RemoveAt(index);
                    break;
                case 1:
                    if (key is not null) parent.AsObject()[_text.Pick(["_" + key, key + "x", "extension", "id", "resourceType", "contained", "meta", "text"])] = node?.DeepClone();
                    break;
                case 2:
                    for (var times = random.Next(10) == 0 ? 300 : 2; times > 0 && parent is JsonArray array; times--) array.Add(node?.DeepClone());
                    break;
                case 3:
                    Put(parent, key, index, _text.Pick(places).Node?.DeepClone());
                    break;
                default:
                    Put(parent, key, index, Value(node));
                    break;
            }
        }

        return resource;
    }

    private static void Put(JsonNode parent, string? key, int index, JsonNode? value)
    {
        if (key is not null) parent.AsObject()[key] = value;
        else parent.AsArray()[index] = value;
    }

    /// <summary>A value of the same kind most times: others are refused by their kind.</summary>
    private JsonNode? Value(JsonNode? like)
    {
        if (_text.Chance(0.12)) return random.Next(5) switch { 0 => null, 1 => new JsonObject(), 2 => new JsonArray(), 3 => Nested(), _ => JsonValue.Create(random.Next()) };
        return like switch
        {
            JsonValue value when value.TryGetValue(out string? text) => random.Next(5) switch
            {
                0 => text + _text.Next(),
                1 => $"{_text.Pick(["Patient", "ServiceRequest", "Encounter", "Practitioner"])}/{_text.Pick([(string)Read(_text.Pick(stored))["id"]!, "none"])}",
                2 => text.Length > 1 ? text[random.Next(text.Length)..] : "",
                _ => _text.Next(),
            },
            JsonValue value when value.TryGetValue(out bool flag) => !flag,
            JsonValue => JsonNode.Parse(_text.Pick(["0", "-1", "1e999", "1e-999", "0.1e5", "99999999999999999999", "1.000000000000000000000000000000001", "2147483648", "-0"])),
            JsonObject same => new JsonObject(same.Where(_ => random.Next(2) == 0).Select(static one => KeyValuePair.Create(one.Key, one.Value?.DeepClone()))),
            JsonArray same => new JsonArray([.. same.Select(static one => one?.DeepClone()), .. same.Select(static one => one?.DeepClone())]),
            _ => _text.Next(),
        };
    }

    private JsonNode Nested()
    {
        JsonNode node = new JsonObject { ["url"] = "x", ["valueString"] = "y" };
        for (var depth = random.Next(5, 200); depth > 0; depth--) node = new JsonObject { ["url"] = "x", ["extension"] = new JsonArray(node) };
        return node;
    }

    private string Pointer(List<(JsonNode Parent, string? Key, int Index, JsonNode? Node)> places)
    {
        if (places.Count == 0 || _text.Chance(0.2)) return _text.Pick(["", "/", "/-", "/id", "/meta/versionId", "/identifier/-", "/identifier/99", "/identifier/01", "/~", "/~2", "/status", "x", _text.Next()]);
        var (parent, key, index, _) = _text.Pick(places);
        return "/" + parent.GetPath().TrimStart('$', '.').Replace('.', '/').Replace("[", "/", StringComparison.Ordinal).Replace("]", "", StringComparison.Ordinal).Trim('/') is { Length: > 1 } path
            ? $"{path}/{key ?? $"{index}"}"
            : $"/{key ?? $"{index}"}";
    }

    private static List<(JsonNode Parent, string? Key, int Index, JsonNode? Node)> Places(JsonNode root)
    {
        var found = new List<(JsonNode, string?, int, JsonNode?)>();
        var left = new Stack<JsonNode>([root]);
        while (left.TryPop(out var node) && found.Count < 2000)
        {
            if (node is JsonObject members)
            {
                foreach (var (key, value) in members)
                {
                    found.Add((node, key, 0, value));
                    if (value is JsonObject or JsonArray) left.Push(value);
                }
            }
            else
            {
                var array = node.AsArray();
                for (var i = 0; i < array.Count; i++)
                {
                    found.Add((node, null, i, array[i]));
                    if (array[i] is JsonObject or JsonArray) left.Push(array[i]!);
                }
            }
        }

        return found;
    }
}
