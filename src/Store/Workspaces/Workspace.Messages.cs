using CloudPacs.Store.Fhir;
using CloudPacs.Store.Messages;

namespace CloudPacs.Store.Workspaces;

public sealed partial class Workspace
{
    private readonly Dictionary<Guid, List<AppliedMessage>> _applied = [];
    private readonly List<AppliedMessage> _newlyApplied = [];
    private readonly Dictionary<(string Type, string Id), FhirResourceRow> _resources = [];
    private readonly Dictionary<(string Type, string Id), FhirResourceRow> _storedResources = [];
    private readonly List<FhirResourceRow> _fhirWrites = [];

    /// <summary>Versions of resources that were put, in order.</summary>
    public IReadOnlyList<FhirResourceRow> FhirWrites => _fhirWrites;

    /// <summary>Messages that were applied in this batch.</summary>
    internal IReadOnlyList<AppliedMessage> NewlyApplied => _newlyApplied;

    /// <summary>
    /// The same message, applied before; the caller decides by <see cref="AppliedMessage.ReceivedAt"/> whether that is inside its window.
    /// </summary>
    public AppliedMessage? FindApplied(MessageIdentity identity)
    {
        if (_declared is not null && !_declared.Messages.Contains(identity))
            throw new InvalidOperationException(
                "A message identity was looked up that is not among the keys of the batch; declare it in WorkspaceKeys.");
        return _applied.TryGetValue(identity.ControlKey, out var messages)
            ? messages.FindLast(message => message.Identity == identity)
            : null;
    }

    /// <summary>Whether the sender used this control id before for another content.</summary>
    public bool IsControlIdReused(MessageIdentity identity) =>
        _applied.TryGetValue(identity.ControlKey, out var messages)
            && messages.Exists(message => message.Identity.ContentHash != identity.ContentHash);

    /// <summary>Remembers an applied message with its answer, so that a repetition gets the same answer and nothing else happens.</summary>
    public void Remember(AppliedMessage message)
    {
        LoadApplied(message);
        _newlyApplied.Add(message);
        if (_savepoints.Count == 0) return;
        _undo.Add(() =>
        {
            _applied[message.Identity.ControlKey].Remove(message);
            _newlyApplied.Remove(message);
        });
    }

    /// <summary>How far a sender is with its sequence numbers; a row of its own from the first time on.</summary>
    public SequenceRow Sequence(SequenceKey key)
    {
        if (_declared is not null && !_declared.Sequences.Contains(key))
            throw new InvalidOperationException(
                "A link was looked up that is not among the keys of the batch; declare it in WorkspaceKeys.");
        return Use<SequenceRow>(key.Id) ?? Add(new SequenceRow(key));
    }

    /// <summary>The current version of a resource, also a deleted one; null when there never was one.</summary>
    public FhirResourceRow? FindFhir(string type, string id) => _resources.GetValueOrDefault((type, id));

    /// <summary>Puts the next version of a resource; its version must follow the current one (1 when there is none).</summary>
    public void PutFhir(FhirResourceRow next)
    {
        var key = (next.Type, next.Id);
        _resources.TryGetValue(key, out var current);
        if (next.Version != (current?.Version ?? 0) + 1)
            throw new InvalidOperationException(
                $"Version {next.Version} of {next.Type}/{next.Id} does not follow {current?.Version ?? 0}.");
        _resources[key] = next;
        _fhirWrites.Add(next);
        if (_savepoints.Count == 0) return;
        _undo.Add(() =>
        {
            _fhirWrites.RemoveAt(_fhirWrites.Count - 1);
            if (current is null) _resources.Remove(key);
            else _resources[key] = current;
        });
    }

    internal void LoadApplied(AppliedMessage message)
    {
        if (!_applied.TryGetValue(message.Identity.ControlKey, out var messages)) _applied.Add(message.Identity.ControlKey, messages = []);
        messages.Add(message);
    }

    internal void LoadFhir(FhirResourceRow resource)
    {
        if (_resources.TryAdd((resource.Type, resource.Id), resource)) _storedResources.Add((resource.Type, resource.Id), resource);
    }

    /// <summary>The version of a resource that is in the database; null for one that is not.</summary>
    internal FhirResourceRow? StoredFhir(string type, string id) => _storedResources.GetValueOrDefault((type, id));

    private void AcceptMessages()
    {
        foreach (var written in _fhirWrites) _storedResources[(written.Type, written.Id)] = written;
        _fhirWrites.Clear();
        _newlyApplied.Clear();
    }
}
