using CloudPacs.FhirServer.Writing;

namespace CloudPacs.FhirServer.Bundles;

/// <summary>The resource that an entry of a transaction writes, which has an address from now on.</summary>
/// <param name="Entry">The entry.</param>
/// <param name="Type">Type of the resource.</param>
/// <param name="Id">Its logical id; with criteria that which it gets when it is new, and is called by until it is known.</param>
/// <param name="Criteria">What it must be, as the text after a question mark; null when it is named.</param>
internal sealed record EntryTarget(BundleEntry Entry, string Type, string Id, string? Criteria)
{
    public static (EntryTarget? Target, FhirResult? Wrong) Of(BundleEntry entry, IFhirWriter writer)
    {
        var path = entry.Path.Split('/');
        if (entry.Method is not ("POST" or "PUT" or "PATCH" or "DELETE"))
            return (null, entry.Refuse(400, "value", "The entry needs a method that can be used in a transaction, and a URL."));
        var isPost = entry.Method == "POST";
        var isConditional = isPost ? entry.IfNoneExist is not null : entry.Query is not null;
        var parts = isPost || isConditional ? 1 : 2;
        if (path.Length != parts || path.Any(static part => part.Length == 0) || (isPost && entry.Query is not null))
            return (null, entry.Refuse(400, "value", "The address is not one that this method can be used with."));
        if (ServedTypes.Find(path[0]) is not { } type)
            return (null, entry.Refuse(404, "not-supported", $"This server has no resources of type {path[0]}."));
        var wanted = entry.Method switch
        {
            "POST" => TypeInteractions.Create,
            "PUT" => TypeInteractions.Update,
            "PATCH" => TypeInteractions.Patch,
            _ => TypeInteractions.Delete,
        };
        if (!type.Can(wanted))
            return (null, entry.Refuse(405, "not-supported", type.Origin is { } origin
                ? $"Resources of type {type.Name} follow from {origin}." : $"{entry.Method} cannot be used with {type.Name}."));
        var id = isPost || isConditional ? writer.NewId() : path[1];
        if (!WriteInteractions.IsId(id)) return (null, entry.Refuse(400, "value", "An id is 1 to 64 of A-Z, a-z, 0-9, hyphen and dot."));
        var criteria = !isConditional ? null
            : isPost ? ConditionalInteractions.CriteriaOf(entry.IfNoneExist!, type.Name) : entry.Query;
        return (new EntryTarget(entry, type.Name, id, criteria), null);
    }
}
