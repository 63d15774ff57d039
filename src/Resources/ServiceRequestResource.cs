using System.Collections.Frozen;
using CloudPacs.Dicom;
using CloudPacs.Domain;
using CloudPacs.Domain.Orders;
using CloudPacs.Mapping;
using CloudPacs.Mapping.Fhir;
using CloudPacs.Store;
using CloudPacs.Store.Orders;
using CloudPacs.Translation;

namespace CloudPacs.Resources;

/// <summary>Orders: state, numbers, times, and what they belong to.</summary>
internal sealed class ServiceRequestResource() : ResourceType<OrderRow>("ServiceRequest")
{
    /// <summary>What the worklist takes too of an order whose images are being made: who asks, why, and words to the staff.</summary>
    public override IReadOnlySet<string> Text { get; } = FrozenSet.Create(
        StringComparer.Ordinal, "requester", "reasonCode", "reasonReference", "note", "patientInstruction", "extension", "meta");

    /// <summary>
    /// A step shows the patient and the visit of its order, a study the visit and the reason; a parent is what its children are.
    /// </summary>
    protected override void ShowWith(OrderRow row, ResourceRun run)
    {
        foreach (var step in OrderStatus.StepsOf(row)) run.Show(step);
        run.Show(Families.ParentOf(row, run.Workspace));
        foreach (var study in run.Workspace.PeekStudiesOf(row)) run.Show(study);
    }

    protected override FhirState StateOf(OrderRow row, ResourceRun run) => run.StateOf(row);

    /// <summary>What an order says, also to its steps.</summary>
    public static FhirState Of(OrderRow row, ResourceRun run)
    {
        var procedure = row.Procedures.Count > 0 ? row.Procedures[0] : null;
        var group = GroupOf(row, run.Context.Message?.Groups);
        return new FhirState
        {
            PatientReference = run.ReferenceToSurvivor(row.PatientId),
            EncounterReference = ResourceRun.Reference("Encounter", row.VisitId),
            ServiceRequestReference = ResourceRun.Reference("ServiceRequest", row),
            ParentReference = Families.ParentOf(row, run.Workspace) is { } parent ? ResourceRun.Reference("ServiceRequest", parent) : null,
            ReplacesReference = ResourceRun.Reference("ServiceRequest", row.Replaces),
            PlacerNumber = row.PlacerNumber.ToMapped(),
            FillerNumber = row.FillerNumber.ToMapped(),
            AccessionNumber = procedure?.AccessionNumber.ToMapped(),
            RequestedProcedureId = procedure?.RequestedProcedureId,
            StudyInstanceUid = procedure?.StudyInstanceUid,
            ProcedureCode = procedure is null ? null : () => CodeOf(Attributes.Read(procedure.Attributes)),
            ProcedureText = procedure is null
                ? null
                : () => Attributes.Read(procedure.Attributes).GetString(Tags.RequestedProcedureDescription),
            ServiceRequestStatus = StatusOf(row, run),
            Intent = group is { IsFillerFeed: true } ? "filler-order" : IsUnscheduled(row) ? "original-order" : "order",
            AuthoredOn = group?.TransactionTime,
            StartInstant = StepTimes.StartOf(row, run.Context),
            EndInstant = StepTimes.EndOf(row, run.Context),
        };
    }

    private static bool IsUnscheduled(OrderRow row) => OrderStatus.StepsOf(row).Any(StepMoves.IsUnscheduled);

    private static string? CodeOf(DataSet procedure) =>
        procedure.GetItems(Tags.RequestedProcedureCodeSequence) is [var code, ..] ? code.GetString(Tags.CodeValue) : null;

    /// <summary>The group of the message that is about the order, else its first.</summary>
    private static MappedGroup? GroupOf(OrderRow row, List<MappedGroup>? groups)
    {
        if (groups is not [var first, ..]) return null;
        foreach (var group in groups)
        {
            if (Same(group.PlacerNumber, row.PlacerNumber) || Same(group.FillerNumber, row.FillerNumber)) return group;
        }

        return first;
    }

    protected override void Write(OrderRow row, FhirState state, ResourceElements elements)
    {
        // Null = a parent some of whose children are not at hand.
        if ((state.ServiceRequestStatus ?? (elements.Has("status"u8) ? null : "active")) is { } status) elements.Code("status", status);
        // Required of an order that no message has described yet, such as a draft.
        if (state.Intent == "filler-order" || !elements.Has("intent"u8)) elements.Code("intent", state.Intent!);
        elements.Reference("subject", state.PatientReference);
        elements.Reference("encounter", state.EncounterReference);
        WriteOccurrence(state, elements);
        elements.Identifier("placer", row.PlacerNumber, "PLAC");
        elements.Identifier("filler", row.FillerNumber, "FILL");
        elements.Identifier("accession", row.Procedures.Count > 0 ? row.Procedures[0].AccessionNumber : null, "ACSN");
        elements.Identifier("study", static _ => "urn:dicom:uid", state.StudyInstanceUid is { } uid ? "urn:oid:" + uid : null);
        elements.Identifier("procedure", static root => root + "/requested-procedure-id", state.RequestedProcedureId);
        if (row.Parent is { } parent && elements.Run.Context.Identifiers is { } identifiers)
            WriteParent(parent, identifiers, state, elements);
        elements.ReferenceItem("replaces", "former", state.ReplacesReference);
    }

    /// <summary>occurrence[x] is a period once an end is known; only one of the two may be there.</summary>
    private static void WriteOccurrence(FhirState state, ResourceElements elements)
    {
        if (state.EndInstant is not null)
        {
            elements.Period("occurrencePeriod", "occurrencePeriod"u8, state.StartInstant, state.EndInstant);
            elements.Remove("occurrenceDateTime");
        }
        else if (state.StartInstant is { } start)
        {
            elements.DateTime("occurrenceDateTime", "occurrenceDateTime"u8, start);
            elements.Remove("occurrencePeriod");
        }
    }

    /// <summary>The parent by its number, and by reference when it is at hand.</summary>
    private static void WriteParent(Identifier parent, IdentifierWriter identifiers, FhirState state, ResourceElements elements) =>
        elements.Item("basedOn", "parent", json =>
        {
            json.BeginObject();
            json.Text("reference"u8, state.ParentReference);
            json.Name("identifier"u8);
            identifiers.Write(json, parent.ToMapped(), "PLAC", null);
            json.EndObject();
        });

    /// <summary>A parent is what its children are; null when they are not all at hand.</summary>
    private static string? StatusOf(OrderRow order, ResourceRun run)
    {
        if (!order.IsParent) return OrderStatus.ServiceRequest(order);
        return run.Workspace.HasOrdersOf(order.PatientId)
            ? OrderStatus.ServiceRequest(order, Families.ChildrenOf(order, run.Workspace.OrdersOf(order.PatientId)))
            : null;
    }

    private static bool Same(MappedIdentifier? a, Identifier? b) => a is { } left && b is { } right && left.Value == right.Value;
}
