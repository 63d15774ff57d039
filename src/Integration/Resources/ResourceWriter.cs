using System.Text.Json.Nodes;
using CloudPacs.Domain.Orders;
using CloudPacs.Mapping;
using CloudPacs.Mapping.Fhir;
using CloudPacs.Store;
using CloudPacs.Store.Orders;
using CloudPacs.Store.Patients;
using CloudPacs.Store.Workspaces;

namespace CloudPacs.Integration.Resources;

/// <summary>
/// Brings the FHIR resources up to date with the rows that a message changed: the maps run for what the message describes, and for every
/// changed row what follows from its state is set, so that a cancel, a merge or a hold shows although its message describes nothing.
/// </summary>
internal static class ResourceWriter
{
    public static void Write(Workspace workspace, IEnumerable<Row> changed, ResourceContext context)
    {
        var rows = changed.Concat(context.Described.Keys).ToHashSet();
        // A step's state is that of its order and of the parent of that, a step shows the patient and visit of its order, and a retired patient's
        // survivor shows whom it replaces.
        foreach (var step in rows.OfType<StepRow>().ToList())
            if (workspace.Procedure(step.ProcedureId) is { } procedure && workspace.Order(procedure.OrderId) is { } order) rows.Add(order);
        foreach (var order in rows.OfType<OrderRow>().ToList())
        {
            rows.UnionWith(order.Procedures.SelectMany(static procedure => procedure.Steps));
            if (Families.ParentOf(order, workspace) is { } parent) rows.Add(parent);
        }

        foreach (var patient in rows.OfType<PatientRow>().Where(static p => p.MergedInto is not null).ToList())
            if (workspace.Survivor(patient.Id) is { } survivor) rows.Add(survivor);

        foreach (var patient in rows.OfType<PatientRow>()) Write(patient, "Patient", ResourceState.Of(patient), stored => ResourcePatches.Of(patient, rows, workspace, stored));
        foreach (var visit in rows.OfType<VisitRow>()) Write(visit, "Encounter", ResourceState.Of(visit), _ => ResourcePatches.Of(visit));
        foreach (var order in rows.OfType<OrderRow>())
        {
            var state = ResourceState.Of(order, workspace, context);
            Write(order, "ServiceRequest", state, stored => ResourcePatches.Of(order, state, stored, context));
        }

        foreach (var step in rows.OfType<StepRow>())
            if (ResourceState.Of(step, workspace, context) is { } state) Write(step, "Task", state, stored => ResourcePatches.Of(step, state, stored));
        foreach (var appointment in rows.OfType<AppointmentRow>()) Write(appointment, "Appointment", ResourceState.Of(appointment, workspace), _ => ResourcePatches.Of(appointment));

        void Write(Row row, string type, FhirState state, Func<StoredContent, FhirPatch> always)
        {
            var id = row.Id.ToString();
            var stored = workspace.FindFhir(type, id);
            var before = stored is null or { Deleted: true } ? null : ResourceJson.Read(stored.Content);
            var content = (JsonObject?)before?.DeepClone() ?? FhirMerge.Empty(type);
            var slots = stored?.Slots ?? "";
            var isChanged = before is null;
            if (context.Described.TryGetValue(row, out var scope))
            {
                var rendered = SenderMap.RenderFhir(scope, state with { IsNew = before is null });
                if (rendered.Patches.TryGetValue(type, out var mapped)) isChanged |= FhirMerge.Lay(mapped, content, ref slots);
                context.Message?.Misses.AddRange(rendered.Misses.Except(context.Message.Misses));
                context.Message?.Out.AddRange(rendered.Out);
                foreach (var warning in rendered.Warnings.Where(warning => !context.Warnings.Contains(warning))) context.Warnings.Add(warning);
            }

            isChanged |= FhirMerge.Lay(always(new StoredContent(content, slots)), content, ref slots);
            // A rule and the row may have said different things in turn, and the last is what was there.
            if (!isChanged || JsonNode.DeepEquals(before, content)) return;
            var version = (stored?.Version ?? 0) + 1;
            workspace.PutFhir(new()
            {
                Type = type,
                Id = id,
                Version = version,
                LastUpdated = context.Now,
                Slots = slots,
                Content = ResourceJson.Write(content, id, version, context.Now),
            });
        }
    }
}
