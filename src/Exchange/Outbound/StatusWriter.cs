using CloudPacs.Hl7v2;
using CloudPacs.Mapping;
using CloudPacs.Mapping.Evaluation;
using CloudPacs.Mapping.Explaining;
using CloudPacs.Settings;
using CloudPacs.Store;
using CloudPacs.Store.Deliveries;
using CloudPacs.Store.Orders;
using CloudPacs.Store.Saving;
using CloudPacs.Store.Workspaces;
using CloudPacs.Worklist;
using Microsoft.Extensions.Logging;

namespace CloudPacs.Exchange.Outbound;

/// <summary>Writes the messages that tell other systems of the state of orders.</summary>
/// <param name="settings">The destinations.</param>
/// <param name="maps">What their messages are made of.</param>
/// <param name="entries">Worklist attributes of a step.</param>
/// <param name="ids">Ids of messages.</param>
/// <param name="logger">Where faults of maps are told.</param>
internal sealed class StatusWriter(
    OutboundSettings settings, MapCatalog maps, EntryFactory entries, IdSource ids, ILogger<StatusWriter> logger)
    : INewsWriter
{
    /// <summary>Kind of deliveries over MLLP.</summary>
    public const string Kind = "hl7";

    /// <summary>Takes how each message came about; null when nobody asks.</summary>
    public ICollection<MapExplanation>? Explained { get; init; }

    public void Write(Workspace workspace, News news, BatchRows rows)
    {
        if (settings.Destinations.Count == 0) return;
        foreach (var act in news.Acts)
        {
            if (!StatusEvents.Of.TryGetValue(act.Verb, out var name) || StepOf(workspace, act.Subject) is not { } step) continue;
            if (StatusEvents.IsToldWithOrder(act, news.Acts)) continue;
            if (workspace.Peek<ProcedureRow>(step.ProcedureId) is not { } procedure
                || workspace.Peek<OrderRow>(procedure.OrderId) is not { } order) continue;
            var happened = new StepEvent(name, news, workspace, step, procedure, order);
            foreach (var (destinationName, destination) in settings.Destinations)
            {
                var isOwn = news.Origin is { } origin && destination.Senders.Contains(origin, StringComparer.Ordinal);
                if (!isOwn || StatusEvents.IsNewToSender(act.Verb)) rows.Deliveries.Add(Make(destinationName, destination, happened));
            }
        }
    }

    /// <summary>A message that cannot be made is no reason to refuse the change: it is kept as one that waits for a person.</summary>
    private DeliveryRow Make(string name, DestinationSettings destination, StepEvent happened)
    {
        var controlId = ControlIds.Of(ids.Next());
        var delivery = new DeliveryRow
        {
            Destination = name,
            OrderKey = happened.Order.IdText,
            Kind = Kind,
            Event = happened.Name,
            ControlId = controlId,
            Payload = default,
            CreatedAt = happened.News.At,
        };
        try
        {
            var map = maps.Current.FindDestination(destination.MapName(name))
                ?? throw new InvalidOperationException($"There is no map {destination.MapName(name)} any more.");
            return delivery with { Payload = Render(map, destination, happened, controlId) };
        }
        catch (Exception e)
        {
            Log.StatusNotMade(logger, e, name);
            return delivery with { State = DeliveryState.Parked, LastError = Verdict.Plain("The message could not be made: " + e.Message) };
        }
    }

    private byte[] Render(DestinationMap map, DestinationSettings destination, StepEvent happened, string controlId)
    {
        var (_, news, workspace, step, procedure, order) = happened;
        var patient = workspace.Survivor(order.PatientId) ?? throw new InvalidOperationException("The patient is not at hand.");
        var visit = order.VisitId is { } id && workspace.Visit(id) is { } row ? entries.CreateVisit(row, revision: 0) : null;
        var entry = entries.Create(step, procedure, order, EntryFactory.CreatePatient(patient, revision: 0), visit, revision: 0);
        var state = StatusState.Of(happened, patient, controlId);
        List<Problem> problems = [];
        var attributes = entry.Compose();
        Explained?.Add(map.Explain(state, attributes, news.At));
        var fields = map.Render(state, attributes, news.At, problems);
        foreach (var problem in problems) Log.StatusFault(logger, map.Name, problem.ApplicationCode ?? "", problem.Text);
        return Compose(fields, destination.CharacterSet);
    }

    private static byte[] Compose(IReadOnlyList<OutField> fields, string characterSet)
    {
        var message = new MessageWriter(Delimiters.Default, characterSet);
        foreach (var (path, value) in fields)
        {
            if (value is null) message.SetNull(path);
            else message.Set(path, value);
        }

        return message.ToArray();
    }

    /// <summary>The step itself; of a procedure its first one.</summary>
    private static StepRow? StepOf(Workspace workspace, Guid subject) =>
        workspace.Peek<StepRow>(subject) ?? workspace.Peek<ProcedureRow>(subject)?.Steps.FirstOrDefault();
}
