using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace CloudPacs.Fhir.Editing;

/// <summary>
/// JSON Patch (RFC 6902) on the JSON of a resource (FHIR R4 http.html 3.1.0.5.1): all six operations; numbers keep their text.
/// </summary>
public static class JsonPatch
{
    /// <summary>No resource is nested deeper than a path of so many parts leads.</summary>
    private const int MostOperations = 1000, MostParts = 100;

    /// <summary>Bytes that all copies together may have: a few copies of copies would fill the memory.</summary>
    private const long MostCopied = 16 * 1024 * 1024;

    /// <summary>Levels by which all copies and moves together may put values deeper: what is nested too deep fills the stack.</summary>
    private const int MostDeepened = 1000;

    /// <exception cref="PatchException">The patch is malformed, or does not fit the resource.</exception>
    public static byte[] Apply(ReadOnlySpan<byte> resource, ReadOnlySpan<byte> patch)
    {
        var root = PatchTree.Parse(resource);
        var effort = new Effort();
        var operations = OperationsOf(patch);
        for (var i = 0; i < operations.Count; i++)
        {
            try
            {
                Apply(root, operations[i], effort);
            }
            catch (PatchException e)
            {
                throw new PatchException(e.IsMalformed, string.Create(CultureInfo.InvariantCulture, $"Operation {i + 1}: {e.Message}"));
            }
        }

        return PatchTree.Write(root);
    }

    private static JsonArray OperationsOf(ReadOnlySpan<byte> patch)
    {
        try
        {
            PatchTree.CheckTexts(patch);
            return PatchTree.Parse(patch, isArray: true).AsArray() is { Count: <= MostOperations } operations
                ? operations
                : throw new PatchException(isMalformed: true, $"A patch must not have more than {MostOperations} operations.");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or ArgumentException)
        {
            throw new PatchException(isMalformed: true, "A JSON Patch is a list of operations.");
        }
    }

    private static void Apply(JsonNode root, JsonNode? operation, Effort effort)
    {
        if (operation is not JsonObject members) throw Malformed("it must be an object.");
        var path = Pointer(members, "path");
        switch (Text(members, "op"))
        {
            case "add":
                Add(root, path, Value(members));
                break;
            case "remove":
                Remove(root, path);
                break;
            case "replace":
                Replace(root, path, Value(members));
                break;
            case "move":
                var source = Pointer(members, "from");
                if (path.Length > source.Length && path.AsSpan().StartsWith(source)) throw Unfit("a value cannot be moved into itself.");
                effort.Deepen(path.Length - source.Length);
                Add(root, path, Remove(root, source));
                break;
            case "copy":
                var from = Pointer(members, "from");
                var value = Find(root, from);
                effort.Copy(PatchTree.Size(value));
                effort.Deepen(path.Length - from.Length);
                Add(root, path, value?.DeepClone());
                break;
            case "test":
                if (!JsonNode.DeepEquals(Find(root, path), Value(members))) throw Unfit("the value is another one than the test expects.");
                break;
            default:
                throw Malformed("op must be add, remove, replace, move, copy or test.");
        }
    }

    private static void Add(JsonNode root, string[] path, JsonNode? value)
    {
        switch (Parent(root, path))
        {
            case JsonObject parent:
                parent[path[^1]] = value;
                break;
            case JsonArray parent:
                parent.Insert(path[^1] == "-" ? parent.Count : Index(path[^1], parent.Count), value);
                break;
            default:
                throw Unfit("the parent of the path is no object and no list.");
        }
    }

    private static void Replace(JsonNode root, string[] path, JsonNode? value)
    {
        Find(root, path);
        var parent = Parent(root, path)!;
        if (parent is JsonArray items) items[Index(path[^1], items.Count - 1)] = value;
        else parent[path[^1]] = value;
    }

    private static JsonNode? Remove(JsonNode root, string[] path)
    {
        var removed = Find(root, path);
        switch (Parent(root, path))
        {
            case JsonObject parent:
                parent.Remove(path[^1]);
                break;
            case JsonArray parent:
                parent.RemoveAt(Index(path[^1], parent.Count - 1));
                break;
        }

        return removed;
    }

    private static JsonNode? Parent(JsonNode root, string[] path) =>
        path.Length == 0 ? throw Unfit("the whole resource cannot be replaced by a patch: use an update.") : Find(root, path[..^1]);

    private static JsonNode? Find(JsonNode root, string[] path)
    {
        JsonNode? at = root;
        foreach (var part in path)
        {
            at = at switch
            {
                JsonObject parent when parent.TryGetPropertyValue(part, out var found) => found,
                JsonArray parent => parent[Index(part, parent.Count - 1)],
                _ => throw Unfit($"there is nothing at /{string.Join('/', path)}."),
            };
        }

        return at;
    }

    private static int Index(string part, int most) =>
        int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var index) && index <= most
        && (part.Length == 1 || part[0] != '0')
            ? index
            : throw Unfit($"the list has no item {part}.");

    private static string[] Pointer(JsonObject operation, string name)
    {
        var text = Text(operation, name) ?? throw Malformed($"it needs {name}.");
        if (text.Length == 0) return [];
        if (text[0] != '/') throw Malformed($"{name} must be a JSON Pointer, which begins with a slash.");
        string[] parts =
        [
            .. text[1..].Split('/').Select(static part =>
                part.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal))
        ];
        return parts.Length <= MostParts ? parts : throw Unfit($"{name} has more than {MostParts} parts.");
    }

    private static string? Text(JsonObject operation, string name) =>
        operation.TryGetPropertyValue(name, out var value) && value?.GetValueKind() == JsonValueKind.String ? (string?)value : null;

    private static JsonNode? Value(JsonObject operation) =>
        operation.TryGetPropertyValue("value", out var value) ? value?.DeepClone() : throw Malformed("it needs a value.");

    /// <summary>What the operations of a patch come to together.</summary>
    private sealed class Effort
    {
        private long _copied;
        private int _deepened;

        public void Copy(long bytes)
        {
            if ((_copied += bytes) > MostCopied) throw Unfit("the patch copies too much.");
        }

        public void Deepen(int levels)
        {
            if ((_deepened += Math.Max(levels, 0)) > MostDeepened) throw Unfit("the patch nests too deep.");
        }
    }

    private static PatchException Malformed(string problem) => new(isMalformed: true, problem);

    private static PatchException Unfit(string problem) => new(isMalformed: false, problem);
}
