using System.Text.Json;
using CloudPacs.Dicom;
using CloudPacs.Domain.Orders;
using CloudPacs.Domain.Patients;
using CloudPacs.Store.Orders;
using CloudPacs.Store.Workspaces;

namespace CloudPacs.Translation.Fhir;

/// <summary>ServiceRequests and their Tasks as commands about orders: what ORM and OMG messages are to HL7 v2.</summary>
internal sealed class OrderWrites(
    IReadOnlyList<WrittenResource> written, Workspace workspace, Readings read, ResourceParts parts, Persons persons)
{
    private readonly List<(PatientDetails Person, List<OrderCommand> Commands)> _groups = [];
    private readonly Dictionary<string, (PatientDetails, List<OrderCommand>)> _byPatient = [];

    public List<ResourceProblem> Problems { get; } = [];

    /// <summary>The orders whose resources are written, with the status that they shall have.</summary>
    public List<(WrittenResource Resource, string Status)> Asked { get; } = [];

    /// <summary>Of steps that no Task says: what a Task shows of them.</summary>
    public Dictionary<StepDetails, JsonElement> Shown { get; } = [];

    public IReadOnlyList<(PatientDetails Person, List<OrderCommand> Commands)> Read()
    {
        var tasks = written.Where(static one => one.Type == "Task").ToList();
        foreach (var order in written.Where(static one => one.Type == "ServiceRequest"))
        {
            var own = tasks.FindAll(task => OrderOf(task) == order.Reference);
            tasks.RemoveAll(own.Contains);
            if (order.IsNew) Place(order, own);
            else if (RowOf(order.Id) is { } row) Change(row, order, own);
            else Refuse(order, "not-found", "", "There is no such order.");
        }

        foreach (var same in tasks.GroupBy(OrderOf))
        {
            if (same.Key is { } reference && RowOf(reference["ServiceRequest/".Length..]) is { } row) Change(row, null, [.. same]);
            else
            {
                foreach (var task in same)
                {
                    Refuse(
                        task, "required", ".focus",
                        "The Task names no order of this server: refer to the ServiceRequest that it is a step of.");
                }
            }
        }

        return _groups;
    }

    /// <summary>The order of a step, as its Task says, or the row of that.</summary>
    private string? OrderOf(WrittenResource task)
    {
        if (task.Row is { } id && workspace.Peek<StepRow>(id) is { } step
            && workspace.Peek<ProcedureRow>(step.ProcedureId) is { } procedure)
            return $"ServiceRequest/{procedure.OrderId}";
        var named = task.Now.Reference("focus") ?? task.Now.Items("basedOn").Select(static based => based.Reference()).FirstOrDefault();
        return named?.StartsWith("ServiceRequest/", StringComparison.Ordinal) == true ? named : null;
    }

    private OrderRow? RowOf(string id) => Guid.TryParse(id, out var row) ? workspace.Peek<OrderRow>(row) : null;

    private void Place(WrittenResource order, List<WrittenResource> tasks)
    {
        if (IsNoOrder(order) || GroupOf(order, order.Now) is not var (_, commands)) return;
        var numbers = read.Orders.Numbers(order.Now);
        // An order that nobody has numbered is known by the id that it was given when it came.
        if (numbers is { Placer: null, Filler: null, Accession: null, StudyInstanceUid: null })
            numbers = numbers with { Placer = new Store.Identifier(order.Id, "FHIR") };
        var steps = tasks.Count > 0
            ? tasks.ConvertAll(task => parts.Add(Step(task.Now, order.Now, default, default), task))
            : [Synthetic(order, default)];
        var procedure = parts.Add(new ProcedureDetails { Attributes = read.Orders.Attributes(order.Now), Steps = steps }, order);
        commands.Add(Command(order, OrderRequest.Place, numbers, procedure));
        if (order.Now.Text("status") == "on-hold") commands.Add(Command(order, OrderRequest.Hold, numbers, null));
        Asked.Add((order, order.Now.Text("status")!));
    }

    private OrderCommand Command(
        WrittenResource order, OrderRequest request, OrderNumbers numbers, ProcedureDetails? procedure,
        IReadOnlyList<string>? stepIds = null) =>
        parts.Add(
            new OrderCommand
            {
                Request = request,
                PlacerNumber = numbers.Placer,
                FillerNumber = numbers.Filler,
                AccessionNumber = numbers.Accession,
                StudyInstanceUid = numbers.StudyInstanceUid,
                RequestedProcedureId = numbers.ProcedureId,
                StepIds = stepIds ?? (procedure is null ? [] : [.. procedure.Steps.Select(static step => step.StepId).OfType<string>()]),
                Parent = order.IsNew && order.Type == "ServiceRequest" ? read.Orders.Parent(order.Now) : null,
                AskedAt = request == OrderRequest.Place ? order.Now.Text("authoredOn").Instant(read.Zone) : null,
                Reason = ReasonOf(order.Now),
                IsFromFiller = request == OrderRequest.Place && order.Now.Text("intent") == "filler-order",
                Procedure = procedure,
            },
            order);

    private void Change(OrderRow row, WrittenResource? order, List<WrittenResource> tasks)
    {
        var source = order ?? tasks[0];
        if (GroupOf(source, source.Type == "Task" ? Subject(row) : order!.Now, row) is not var (_, commands)) return;
        var numbers = new OrderNumbers(
            row.PlacerNumber, row.FillerNumber, row.Procedures.Count > 0 ? row.Procedures[0].AccessionNumber : null, null, null);
        var news = order is null ? new() : read.Orders.Attributes(order.Now).Since(read.Orders.Attributes(order.Before));
        var steps = StepsOf(row, order, tasks);
        if (news.Count > 0 || steps.Exists(static step => step.Attributes.Count > 0 || step.Start is not null))
        {
            var procedure = parts.Add(new ProcedureDetails { Attributes = news, Steps = steps }, order);
            commands.Add(Command(source, OrderRequest.Change, numbers, procedure));
        }

        if (order is not null) Move(order, [], StatusTable.OfOrder, numbers, commands);
        foreach (var task in tasks.Where(static task => !task.IsNew))
        {
            if (workspace.Peek<StepRow>(task.Row!.Value) is { } step) Move(task, [step.StepId], StatusTable.OfStep, numbers, commands);
        }
    }

    /// <summary>All steps of the order, each with what is new of it, and those that are added.</summary>
    private List<StepDetails> StepsOf(OrderRow row, WrittenResource? order, List<WrittenResource> tasks)
    {
        var (now, before) = order is null ? (default, default) : (order.Now, order.Before);
        var steps = new List<StepDetails>();
        foreach (var step in row.Procedures.SelectMany(static procedure => procedure.Steps))
        {
            var task = tasks.Find(one => one.Row == step.Id);
            steps.Add(task is not null
                ? parts.Add(Step(task.Now, now, task.Before, before, step.StepId), task)
                : order is null ? parts.Add(new StepDetails { StepId = step.StepId }) : Synthetic(order, step));
        }

        steps.AddRange(tasks.Where(static task => task.IsNew).Select(task => parts.Add(Step(task.Now, now, default, default), task)));
        return steps;
    }

    private StepDetails Step(JsonElement task, JsonElement order, JsonElement taskBefore, JsonElement orderBefore, string? id = null)
    {
        var (attributes, start) = (read.Steps.Attributes(task, order), read.Steps.Start(task, order));
        if (id is not null)
        {
            attributes = attributes.Since(read.Steps.Attributes(taskBefore, orderBefore));
            if (start == read.Steps.Start(taskBefore, orderBefore)) start = null;
        }

        return read.Steps.Details(id ?? StepReading.Id(task), attributes, start);
    }

    /// <summary>A step that no Task says: it is as its order says, and so is its Task.</summary>
    private StepDetails Synthetic(WrittenResource order, StepRow? step)
    {
        var details = parts.Add(Step(default, order.Now, default, order.Before, step?.StepId));
        var news = details.Attributes;
        if (step is null || news.Contains(Tags.ScheduledProcedureStepDescription) || news.Contains(Tags.ScheduledProtocolCodeSequence)
            || news.Contains(Tags.Modality))
            Shown[details] = TaskContent.Of(order.Now, read.Steps.Attributes(default, order.Now).GetString(Tags.Modality));
        return details;
    }

    /// <summary>A change of status as the command that asks for it.</summary>
    private void Move(
        WrittenResource resource, IReadOnlyList<string> stepIds, Func<string, string, OrderRequest?> table, OrderNumbers numbers,
        List<OrderCommand> commands)
    {
        var (before, after) = (resource.Before.Text("status")!, resource.Now.Text("status")!);
        if (before == after) return;
        if (table(before, after) is { } request)
        {
            commands.Add(Command(resource, request, numbers, null, stepIds));
            Asked.Add((resource, after));
        }
        else
            Refuse(
                resource, "business-rule", ".status",
                $"A client cannot make it {after} when it is {before}: this follows from what is done with the order.");
    }

    /// <summary>The commands about the patient of an order, who is found once.</summary>
    private (PatientDetails Person, List<OrderCommand> Commands)? GroupOf(WrittenResource source, JsonElement order, OrderRow? row = null)
    {
        var subject = row is null ? order.Member("subject") : Subject(row).Member("subject");
        var visit = order.Reference("encounter");
        if (visit is not null && visit != source.Before.Reference("encounter") && !persons.IsVisit(visit))
        {
            Refuse(source, "not-found", ".encounter", Persons.UnknownVisit);
            return null;
        }

        var key = $"{subject.Reference() ?? subject.GetRawText()}|{visit}";
        if (_byPatient.TryGetValue(key, out var known)) return known;
        if (persons.Find(subject, visit, source) is not { } person)
        {
            Refuse(source, "not-found", source.Type == "Task" ? ".for" : ".subject", Persons.Unknown);
            return null;
        }

        var group = (person, new List<OrderCommand>());
        _byPatient.Add(key, group);
        _groups.Add(group);
        return group;
    }

    /// <summary>The patient of a row as an order says it.</summary>
    private static JsonElement Subject(OrderRow row) =>
        JsonSerializer.SerializeToElement(new { subject = new { reference = $"Patient/{row.PatientId}" } });

    private bool IsNoOrder(WrittenResource order)
    {
        var before = Problems.Count;
        if (order.Now.Text("status") is not ("active" or "on-hold"))
            Refuse(order, "business-rule", ".status", "An order is placed as active or on-hold.");
        if (order.Now.Text("intent") is "proposal" or "plan" or "option")
            Refuse(order, "business-rule", ".intent", "A proposal, plan or option is no order, and makes no entry of the worklist.");
        if (order.Now.Member("doNotPerform").ValueKind == JsonValueKind.True)
            Refuse(order, "business-rule", ".doNotPerform", "What shall not be done makes no entry of the worklist.");
        return Problems.Count > before;
    }

    private static string? ReasonOf(JsonElement resource) =>
        resource.Member("statusReason").Words()
        ?? resource.Extension("/request-statusReason").Member("valueCodeableConcept").Words();

    private void Refuse(WrittenResource resource, string code, string element, string text) =>
        Problems.Add(new ResourceProblem(resource.Place, true, code, resource.Type + element, text));
}
