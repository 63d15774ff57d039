using System.Text.Json;
using CloudPacs.Domain;
using CloudPacs.Domain.Orders;
using CloudPacs.Fhir.Editing;
using CloudPacs.Resources;
using CloudPacs.Store;
using CloudPacs.Store.Orders;
using CloudPacs.Store.Fhir;
using CloudPacs.Store.Workspaces;
using CloudPacs.Translation.Fhir;

namespace CloudPacs.Integration.Fhir;

/// <summary>
/// Writes of resources that show rows, decided over the rows: commands of the domain, and what is the client's own beside them.
/// </summary>
internal sealed class WrittenRows
{
    private readonly Workspace _workspace;
    private readonly ResourceCommands _commands;
    private readonly IReadOnlyList<WrittenResource> _written;
    private readonly Dictionary<WrittenResource, ClientVersion> _versions = [];
    private readonly Dictionary<WrittenResource, Row> _rows = [];
    private readonly List<ResourceProblem> _problems;
    private readonly List<Outcome> _outcomes = [];

    /// <param name="written">What is written, each allowed as far as its version goes.</param>
    /// <param name="workspace">The rows.</param>
    /// <param name="commands">What it asks for.</param>
    public WrittenRows(IReadOnlyList<WrittenResource> written, Workspace workspace, ResourceCommands commands)
    {
        (_written, _workspace, _commands) = (written, workspace, commands);
        _problems = [.. commands.Problems];
        foreach (var resource in written.Where(static one => !one.IsNew)) Lay(resource);
    }

    /// <summary>What came of the commands.</summary>
    public IReadOnlyList<Outcome> Outcomes => _outcomes;

    /// <summary>What is wrong, or is to be known.</summary>
    public IReadOnlyList<ResourceProblem> Problems => _problems;

    public bool IsRefused => _problems.Exists(static problem => problem.IsError);

    /// <summary>What new resources were called before they had rows, with what they are called now.</summary>
    public Dictionary<string, string> Addresses { get; } = new(StringComparer.Ordinal);

    /// <summary>What clients write, by the row that it is of.</summary>
    public Dictionary<Row, byte[]> Content { get; } = [];

    /// <summary>What is written of rows, with the version that each resource had before; 0 for none.</summary>
    public List<(WrittenResource Resource, Row Row, int Before)> Written { get; } = [];

    /// <summary>The row of a resource; null for one that is written beside its row, as no command is about it.</summary>
    public Row? RowOf(WrittenResource resource) => _rows.GetValueOrDefault(resource);

    /// <summary>Changes the rows.</summary>
    public void Apply(WhyHidden whyHidden)
    {
        foreach (var set in _commands.Sets) _problems.AddRange(NumberChecks.Find(set, _commands.Parts));
        foreach (var set in IsRefused ? [] : _commands.Sets)
        {
            var outcome = set.Apply(_workspace, whyHidden);
            _outcomes.Add(outcome);
            var isPartly = outcome.Orders.Exists(static order => order.IsPartly);
            foreach (var problem in outcome.Problems.Select(_commands.Parts.Translate))
                _problems.Add(problem with { IsError = problem.IsError || isPartly });
            if (IsRefused) return;
            if (isPartly)
            {
                _problems.Add(new ResourceProblem(
                    0, true, "business-rule", "ServiceRequest", "The state of the order does not allow all of this change."));
                return;
            }
        }

        if (IsRefused) return;
        FindRows();
        CheckStates();
    }

    /// <summary>The first resource for whose row something holds, with what is stored of it.</summary>
    public WrittenResource? Find(Func<WrittenResource, FhirResourceRow?, bool> holds)
    {
        foreach (var (resource, row) in _rows)
        {
            if (holds(resource, _workspace.FindFhir(resource.Type, row.IdText))) return resource;
        }

        return null;
    }

    /// <summary>What the resource of a row is made over; the addresses of new resources are those of their rows.</summary>
    public void Write()
    {
        foreach (var (resource, row) in _rows)
        {
            Content[row] = Rewritten(Over(resource, row));
            Written.Add((resource, row, _workspace.FindFhir(resource.Type, row.IdText)?.Version ?? 0));
        }

        foreach (var (row, part) in _outcomes.SelectMany(static outcome => outcome.Described))
        {
            if (part is not StepDetails step || Content.ContainsKey(row) || !_commands.Shown.TryGetValue(step, out var shown)) continue;
            var stored = Stored("Task", row.IdText);
            Content[row] = ClientVersion.Of(ResourceTypes.Find("Task")!, shown, stored, NoRole, keepsUnsaid: true).Content;
        }
    }

    /// <summary>The next version of a resource that no command is about.</summary>
    public byte[] ContentOf(WrittenResource resource) => Rewritten(_versions[resource].Content);

    /// <summary>What is stored of a resource; undefined for nothing.</summary>
    private JsonElement Stored(string type, string id) =>
        _workspace.FindFhir(type, id) is { Deleted: false } row ? Parse(row.Content.Span) : default;

    public static JsonElement Parse(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = 256 });
        return JsonElement.ParseValue(ref reader);
    }

    private void Lay(WrittenResource resource)
    {
        var type = ResourceTypes.Find(resource.Type)!;
        var version = ClientVersion.Of(type, resource.Now, resource.Before, RolesOf(resource));
        _versions[resource] = version;
        foreach (var changed in version.Changed)
        {
            if (ElementOwners.WhyNot(type.Name, changed) is { } why)
                _problems.Add(new ResourceProblem(
                    resource.Place, true, "business-rule", $"{type.Name}.{ElementOf(changed.Path)}",
                    $"A client cannot change {changed.Path}: {why}."));
        }
    }

    private byte[] Over(WrittenResource resource, Row row)
    {
        if (_versions.TryGetValue(resource, out var version)) return version.Content;
        var (type, stored) = (ResourceTypes.Find(resource.Type)!, Stored(resource.Type, row.IdText));
        return ClientVersion.Of(type, resource.Now, stored, RolesOf(resource), keepsUnsaid: true).Content;
    }

    /// <summary>The rows of what was written: those that the commands described, and those that are known by their ids.</summary>
    private void FindRows()
    {
        if (_outcomes.Count == 0) return;
        foreach (var (row, part) in _outcomes.SelectMany(static outcome => outcome.Described))
        {
            if (_commands.Parts.SourceOf(row, part) is not { IsNew: true } resource) continue;
            _rows[resource] = row;
            if (resource.Reference != $"{resource.Type}/{row.IdText}") Addresses[resource.Reference] = $"{resource.Type}/{row.IdText}";
        }

        foreach (var resource in _written)
        {
            if (_rows.ContainsKey(resource)) continue;
            if (resource.Row is { } id && !resource.IsNew && _workspace.Peek<Row>(id) is { } row) _rows[resource] = row;
            else if (resource.IsNew)
                _problems.Add(new ResourceProblem(
                    resource.Place, true, "business-rule", resource.Type,
                    "Nothing came of it: what is stored already is newer, or says otherwise."));
        }
    }

    /// <summary>A status that was asked for and did not come about was not allowed: a client is not told that it was.</summary>
    private void CheckStates()
    {
        foreach (var (resource, asked) in _commands.Asked)
        {
            if (!_rows.TryGetValue(resource, out var row)) continue;
            var status = row switch
            {
                OrderRow order => OrderStatus.ServiceRequest(order),
                StepRow step => OrderStatus.Task(step),
                _ => asked,
            };
            var before = resource.IsNew ? "active" : resource.Before.Text("status");
            if (status == asked || asked == before || status != before) continue;
            for (var i = 0; i < _problems.Count; i++) _problems[i] = _problems[i] with { IsError = true };
            _problems.Add(new ResourceProblem(
                resource.Place, true, "business-rule", resource.Type + ".status", $"It stays {status}: its steps do not allow {asked}."));
        }
    }

    private byte[] Rewritten(byte[] content) =>
        Addresses.Count == 0 ? content : ReferenceRewriting.Rewrite(content, Addresses, static _ => null).ToArray();

    private static string ElementOf(string path)
    {
        var list = path.IndexOf('[', StringComparison.Ordinal);
        return list < 0 ? path : path[..list];
    }

    private Func<string, JsonElement, int, string?> RolesOf(WrittenResource resource) => resource.Type switch
    {
        "Patient" => PatientRoles(resource),
        "ServiceRequest" => static (list, item, _) => list == "identifier" ? OrderReading.RoleOf(item)
            : list == "basedOn" && item.TryGetProperty("identifier", out var _) ? "parent" : null,
        "Task" => static (list, item, _) => list == "identifier" && StepReading.IsId(item) ? "step" : list == "basedOn" ? "order" : null,
        "Appointment" => static (list, item, _) => list == "basedOn" ? "order"
            : list == "participant" && item.Reference("actor")?.StartsWith("Patient/", StringComparison.Ordinal) == true ? "patient" : null,
        _ => NoRole,
    };

    /// <summary>The first one names the patient, the others follow it in their order, behind those that there are.</summary>
    private Func<string, JsonElement, int, string?> PatientRoles(WrittenResource patient)
    {
        var identifiers = _commands.IdentifiersOf(patient);
        var further = patient.Before.Items("identifier")
            .Count(static item => item.Text("id")?.StartsWith("other-", StringComparison.Ordinal) == true);
        return (list, _, place) =>
        {
            if (list != "identifier") return null;
            var rank = identifiers.FindIndex(one => one.Place == place);
            if (rank < 0) return null;
            return rank == 0 && patient.IsNew ? "primary" : $"other-{(patient.IsNew ? rank : ++further)}";
        };
    }

    private static string? NoRole(string list, JsonElement item, int place) => null;
}
