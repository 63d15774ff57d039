using System.Text;
using System.Text.Json.Nodes;

namespace CloudPacs.FhirServer.Tests.Validation;

/// <summary>A resource with one thing changed, as a slip of whoever wrote it could have done.</summary>
/// <param name="What">What was done, and where.</param>
/// <param name="Json">The resource.</param>
internal sealed record Mutant(string What, byte[] Json)
{
    private static readonly JsonNode?[] Values =
    [
        "", " ", "x y ", "2023-02-30", "2023-02-09T10:00:00", "-1", true, 1, 1.5, -1, null, new JsonObject(), new JsonArray(), new JsonArray("a"),
        new JsonObject { ["a"] = 1 }, "http://a b", "Task/1", "nonsense",
    ];

    /// <summary>Some of the mutants of a resource; the same ones each time.</summary>
    public static IEnumerable<Mutant> Of(byte[] json, int count, Random random)
    {
        for (var i = 0; i < count; i++)
        {
            var root = JsonNode.Parse(json)!;
            var places = Places(root).ToList();
            var (parent, name, index) = places[random.Next(places.Count)];
            var what = Change(parent, name, index, random);
            if (what is not null) yield return new Mutant(what, Encoding.UTF8.GetBytes(root.ToJsonString()));
        }
    }

    private static string? Change(JsonNode parent, string? name, int index, Random random)
    {
        var value = name is null ? parent[index] : parent[name];
        var place = value?.GetPath() ?? $"{parent.GetPath()}.{name}";
        if (name == "resourceType") return null;
        switch (random.Next(6))
        {
            case 0 when parent is JsonObject from:
                from.Remove(name!);
                return $"remove {place}";
            case 1 when parent is JsonObject renamed:
                renamed.Remove(name!);
                renamed[name + "x"] = value;
                return $"rename {place}";
            case 2 when parent is JsonObject wrapped:
                wrapped.Remove(name!);
                wrapped[name!] = value is JsonArray { Count: > 0 } list ? list[0]!.DeepClone() : new JsonArray(value);
                return $"list {place}";
            case 3 when parent is JsonArray many:
                many.RemoveAt(index);
                return $"remove {place}";
            default:
                var other = Values[random.Next(Values.Length)];
                Set(parent, name, index, other?.DeepClone());
                return $"set {place} to {other?.ToJsonString() ?? "null"}";
        }
    }

    private static void Set(JsonNode parent, string? name, int index, JsonNode? value)
    {
        if (name is null) parent[index] = value;
        else parent[name] = value;
    }

    private static IEnumerable<(JsonNode Parent, string? Name, int Index)> Places(JsonNode node)
    {
        if (node is JsonObject members)
        {
            foreach (var (name, value) in members)
            {
                yield return (node, name, -1);
                if (value is null) continue;
                foreach (var inner in Places(value)) yield return inner;
            }
        }
        else if (node is JsonArray items)
        {
            for (var i = 0; i < items.Count; i++)
            {
                yield return (node, null, i);
                if (items[i] is not { } value) continue;
                foreach (var inner in Places(value)) yield return inner;
            }
        }
    }
}
