using System.Text.Json;
using CloudPacs.FhirServer.Writing;
using CloudPacs.Resources;
using CloudPacs.Store.Workspaces;
using CloudPacs.Translation.Fhir;

namespace CloudPacs.Integration.Fhir;

/// <summary>
/// Under which keys the rows are found that resources show: resources are known by the ids of rows, rows by their numbers, so that one is
/// looked up by what the other says.
/// </summary>
internal static class ResourceKeys
{
    private const string Oid = "urn:oid:";

    /// <summary>What is written and looked for, and the resources of rows that it refers to.</summary>
    public static WorkspaceKeys Of(FhirWrites writes)
    {
        var keys = new WorkspaceKeys { KeepsPatients = true };
        foreach (var write in writes.Writes)
        {
            keys.Resources.Add((write.Type, write.Id));
            if (write is ConditionalUpdate { Draft.Id: { } id }) keys.Resources.Add((write.Type, id));
            if (write is ConditionalWrite conditional) keys.Criteria.Add(conditional.Criteria);
            if (write.Content is not { } draft) continue;
            keys.Identifiers.UnionWith(draft.Identifiers.Select(value => (write.Type, value)));
            if (ResourceTypes.Find(write.Type) is null) continue;
            keys.KeepsPatients = false;
            AddReferences(WrittenRows.Parse(draft.Stamp(write.Id, 1, DateTimeOffset.UnixEpoch)), keys);
        }

        keys.Criteria.UnionWith(writes.References.Select(static reference => reference.Criteria));
        return keys;
    }

    /// <summary>The rows of the resources that are at hand, and what those refer to.</summary>
    public static WorkspaceKeys Rows(Workspace workspace, IEnumerable<(string Type, string Id)> resources)
    {
        var keys = new WorkspaceKeys();
        var waiting = new Queue<(string Type, string Id)>(resources);
        var seen = new HashSet<(string, string)>();
        while (waiting.TryDequeue(out var resource))
        {
            if (!seen.Add(resource) || workspace.FindFhir(resource.Type, resource.Id) is not { Deleted: false } row) continue;
            var content = WrittenRows.Parse(row.Content.Span);
            Add(resource.Type, resource.Id, content, keys);
            var further = new WorkspaceKeys();
            AddReferences(content, further);
            keys.Resources.UnionWith(further.Resources);
            foreach (var one in further.Resources) waiting.Enqueue(one);
        }

        return keys;
    }

    private static void Add(string type, string id, JsonElement content, WorkspaceKeys keys)
    {
        switch (type)
        {
            case "Patient":
                keys.PatientIds.UnionWith(Numbers(content, "identifier"));
                break;
            case "Encounter":
                keys.VisitNumbers.UnionWith(Numbers(content, "identifier"));
                keys.VisitNumbers.UnionWith(
                    content.Items("account").Select(static account => account.Text("identifier", "value")).OfType<string>());
                break;
            case "ServiceRequest" when Guid.TryParse(id, out var order):
                keys.OrderIds.Add(order);
                break;
            case "ImagingStudy":
                keys.Studies.UnionWith(Numbers(content, "identifier").Where(static uid => uid.StartsWith(Oid, StringComparison.Ordinal))
                    .Select(static uid => uid[Oid.Length..]));
                break;
            case "Appointment":
                keys.AppointmentIds.UnionWith(Numbers(content, "identifier"));
                break;
        }
    }

    private static void AddReferences(JsonElement content, WorkspaceKeys keys)
    {
        Add(content.Reference("subject"));
        Add(content.Reference("for"));
        Add(content.Reference("encounter"));
        Add(content.Reference("focus"));
        foreach (var based in content.Items("basedOn")) Add(based.Reference());
        foreach (var link in content.Items("link")) Add(link.Reference("other"));
        foreach (var participant in content.Items("participant")) Add(participant.Reference("actor"));

        void Add(string? reference)
        {
            if (reference?.Split('/') is [var type, var id] && ResourceTypes.Find(type) is not null) keys.Resources.Add((type, id));
        }
    }

    private static IEnumerable<string> Numbers(JsonElement content, string list) =>
        content.Items(list).Select(static item => item.Text("value")).OfType<string>();
}
