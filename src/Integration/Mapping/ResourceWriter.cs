using CloudPacs.Integration.Mapping.Targets;
using CloudPacs.Store.Commit;
using CloudPacs.Store.Orders;
using CloudPacs.Store.Patients;

namespace CloudPacs.Integration.Mapping;

/// <summary>
/// Brings the FHIR resources up to date with the rows that a message changed: the maps run for what the message describes, and for every
/// changed row what follows from its state is set, so that a cancel, a merge or a hold shows although its message describes nothing.
/// </summary>
internal static class ResourceWriter
{
    public static void Write(Workspace workspace, IEnumerable<Row> changed, ResourceContext context)
    {
        var rows = changed.Concat(context.Described.Keys).ToHashSet();
        // A step's state is its order's status too, and a retired patient's survivor shows whom it replaces.
        foreach (var step in rows.OfType<StepRow>().ToList())
            if (workspace.Procedure(step.ProcedureId) is { } procedure && workspace.Order(procedure.OrderId) is { } order) rows.Add(order);
        foreach (var patient in rows.OfType<PatientRow>().Where(static p => p.MergedInto is not null).ToList())
            if (workspace.Survivor(patient.Id) is { } survivor) rows.Add(survivor);

        foreach (var patient in rows.OfType<PatientRow>()) Write(patient, "Patient", ResourceState.Of(patient), ResourceState.Links(patient, rows, workspace));
        foreach (var visit in rows.OfType<VisitRow>()) Write(visit, "Encounter", ResourceState.Of(visit), ResourceState.Patch(visit));
        foreach (var order in rows.OfType<OrderRow>()) Write(order, "ServiceRequest", ResourceState.Of(order, workspace, context), ResourceState.Patch(order, workspace));
        foreach (var step in rows.OfType<StepRow>())
            if (ResourceState.Of(step, workspace, context) is { } state) Write(step, "Task", state, ResourceState.Patch(step, state));
        foreach (var appointment in rows.OfType<AppointmentRow>()) Write(appointment, "Appointment", ResourceState.Of(appointment, workspace), ResourceState.Patch(appointment));

        void Write(Row row, string type, FhirState state, FhirPatch always)
        {
            var id = row.Id.ToString();
            var stored = workspace.FindFhir(type, id);
            var current = stored is null or { Deleted: true } ? null : ResourceJson.Read(stored.Content);
            FhirPatch? mapped = null;
            if (context.Described.TryGetValue(row, out var scope))
            {
                var rendered = SenderMap.RenderFhir(scope, state with { IsNew = current is null });
                rendered.Patches.TryGetValue(type, out mapped);
                context.Message?.Misses.AddRange(rendered.Misses.Except(context.Message.Misses));
                context.Message?.Out.AddRange(rendered.Out);
                foreach (var warning in rendered.Warnings.Where(warning => !context.Warnings.Contains(warning))) context.Warnings.Add(warning);
            }

            var (content, slots, isChanged) = FhirMerge.Apply(current, stored?.Slots ?? "", mapped is null ? [always] : [mapped, always]);
            if (!isChanged) return;
            var version = (stored?.Version ?? 0) + 1;
            workspace.PutFhir(new()
            {
                Type = type, Id = id, Version = version, LastUpdated = context.Now, Slots = slots,
                Content = ResourceJson.Write(content, id, version, context.Now),
            });
        }
    }
}
