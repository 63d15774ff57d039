using System.Text.Json.Nodes;

namespace CloudPacs.Fhir.Editing;

/// <summary>
/// FHIRPath Patch (FHIR R4 fhirpatch.html) on the JSON of a resource. Its paths are those that name elements: members, places in lists,
/// <c>where(name = 'value')</c>, <c>first()</c>, <c>last()</c> and <c>extension('url')</c>; others are refused.
/// </summary>
public static class FhirPathPatch
{
    private const int MostOperations = 1000;

    /// <param name="resource">The resource.</param>
    /// <param name="parameters">A Parameters resource in which the validator found nothing wrong.</param>
    /// <exception cref="PatchException">The patch is malformed, or does not fit the resource.</exception>
    public static byte[] Apply(ReadOnlySpan<byte> resource, ReadOnlySpan<byte> parameters)
    {
        var root = PatchTree.Parse(resource).AsObject();
        if (PatchTree.Parse(parameters) is not JsonObject patch || (string?)patch["resourceType"] != "Parameters")
            throw new PatchException(isMalformed: true, "A FHIRPath Patch is a Parameters resource.");
        var operations = patch["parameter"] as JsonArray ?? [];
        if (operations.Count > MostOperations)
            throw new PatchException(isMalformed: true, $"A patch must not have more than {MostOperations} operations.");
        for (var i = 0; i < operations.Count; i++)
        {
            try
            {
                Apply(root, new PatchOperation(operations[i]!));
            }
            catch (PatchException e)
            {
                throw new PatchException(e.IsMalformed, FormattableString.Invariant($"Operation {i + 1}: {e.Message}"));
            }
        }

        return PatchTree.Write(root);
    }

    private static void Apply(JsonObject root, PatchOperation operation)
    {
        var path = PatchPath.Parse(operation.Text("path"));
        switch (operation.Text("type"))
        {
            case "add":
                Add(One(path.Find(root)), operation);
                break;
            case "insert":
                var first = List(path, root);
                var at = operation.Integer("index");
                if (at > first.Parent!.AsArray().Count) throw Unfit("the list has not that many items.");
                var inserted = operation.Member(first.Element!).Value;
                first.Sides?.Insert(at, null);
                first.Parent.AsArray().Insert(at, inserted);
                break;
            case "delete":
                var found = path.Find(root);
                if (found.Count > 1) throw Unfit("the path names more than one element.");
                foreach (var place in found) place.Remove();
                break;
            case "replace":
                Replace(One(path.Find(root)), operation);
                break;
            case "move":
                var moved = List(path, root);
                var (source, destination) = (operation.Integer("source"), operation.Integer("destination"));
                if (Math.Max(source, destination) >= moved.Parent!.AsArray().Count) throw Unfit("the list has not that many items.");
                var sides = moved.Sides;
                Move(moved.Parent.AsArray(), source, destination);
                if (sides is not null) Move(sides, source, destination);
                break;
            default:
                throw new PatchException(isMalformed: true, "type must be add, insert, delete, replace or move.");
        }
    }

    private static void Add(PatchPlace parent, PatchOperation operation)
    {
        var name = operation.Text("name");
        if (parent.Node is not JsonObject members) throw Unfit("what the path names has no elements.");
        if (parent.Type.Elements.FirstOrDefault(element => element.Name == name || element.DefinedName == name) is not { } element)
            throw Unfit($"{parent.Type.Name} has no element {name}.");
        var (member, value) = operation.Member(element);
        if (element.IsList)
        {
            if (members[member] is JsonArray items) items.Add(value);
            else members[member] = new JsonArray(value);
            (members["_" + member] as JsonArray)?.Add(null);
        }
        else if (PatchPath.MembersOf(members, element).Any()) throw Unfit($"{name} is there already: it must be replaced.");
        else members[member] = value;
    }

    private static void Replace(PatchPlace place, PatchOperation operation)
    {
        if (place.Element is not { } element) throw Unfit("the resource itself cannot be replaced by a patch: use an update.");
        var (member, value) = operation.Member(element);
        place.Replace(member, value);
    }

    private static void Move(JsonArray items, int source, int destination)
    {
        var moved = items[source];
        items.RemoveAt(source);
        items.Insert(destination, moved);
    }

    /// <summary>The first of a list, of which the path names all.</summary>
    private static PatchPlace List(PatchPath path, JsonObject root)
    {
        var found = path.Find(root);
        return found.Count > 0 && found[0].Parent is JsonArray items && found.TrueForAll(place => place.Parent == items)
            && found.Count == items.Count
            ? found[0]
            : throw Unfit("the path must name a list.");
    }

    private static PatchPlace One(List<PatchPlace> found) =>
        found is [var one] ? one
        : throw Unfit(found.Count == 0 ? "the path names nothing that is there." : "the path names more than one element.");

    private static PatchException Unfit(string problem) => new(isMalformed: false, problem);
}
