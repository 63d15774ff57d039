using System.Collections.Frozen;

namespace CloudPacs.Fhir.Search.Indexing;

/// <summary>What is indexed of each type: its parameters as trees of members, so that one pass over a resource finds all values.</summary>
public static class IndexTree
{
    internal static FrozenDictionary<string, IndexNode> All(ParameterSet parameters, IndexKeys keys) => parameters.Types.ToFrozenDictionary(
        static type => type, type => Of(parameters.Of(type), keys), StringComparer.Ordinal);

    private static IndexNode Of(IEnumerable<SearchParameter> parameters, IndexKeys keys)
    {
        var root = new IndexNode("");
        foreach (var parameter in parameters)
        {
            if (parameter.Kind == SearchKind.Composite) Compose(root, parameter, keys);
            else if (parameter.Code is not ("_id" or "_lastUpdated")) Add(root, parameter, keys);
        }

        return root;
    }

    private static void Add(IndexNode root, SearchParameter parameter, IndexKeys keys)
    {
        foreach (var path in parameter.Paths)
        {
            if (IndexLeaf.FormOf(parameter.Kind, path) is not { } form) continue;
            root.At(path.Members).Add(new IndexLeaf(keys.Place(parameter.ResourceType, path), form, path.System, path.Target));
        }
    }

    private static void Compose(IndexNode root, SearchParameter parameter, IndexKeys keys)
    {
        foreach (var start in parameter.Paths)
        {
            var (first, second) = (Component(parameter, start, 0, keys), Component(parameter, start, 1, keys));
            root.At(start.Members).Composites.Add(new IndexComposite(CompositePlace(parameter, keys), first, second));
        }
    }

    /// <summary>The components have one place each, wherever their values stand.</summary>
    private static IndexNode Component(SearchParameter parameter, ElementPath start, int index, IndexKeys keys)
    {
        var component = parameter.Components[index];
        var node = new IndexNode("");
        foreach (var path in component.Paths)
        {
            var isBelow = path.Members.Take(start.Members.Count).SequenceEqual(start.Members);
            if (!isBelow || IndexLeaf.FormOf(component.Kind, path) is not { } form) continue;
            node.At(path.Members.Skip(start.Members.Count)).Add(new IndexLeaf(0, form, path.System, path.Target));
        }

        return node;
    }

    /// <summary>The place of a composite, beside whose first values the second ones stand.</summary>
    public static long CompositePlace(SearchParameter parameter, IndexKeys keys) =>
        keys.Place(parameter.ResourceType, new ElementPath([parameter.Code], "composite"));
}
