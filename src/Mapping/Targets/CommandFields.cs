using System.Collections.Frozen;
using CloudPacs.Hl7v2;
using CloudPacs.Mapping.Evaluation;
using CloudPacs.Mapping.Values;

namespace CloudPacs.Mapping.Targets;

/// <summary>The values of domain commands that maps fill, with their types and the run that they belong to.</summary>
internal static class CommandFields
{
    private static readonly FrozenDictionary<string, CommandField> Fields = new CommandField[]
    {
        Patient("patient.primary", MapType.Identifier,
            (patient, value) => patient.Primary = value.AsIdentifier(), CommandField.LongId, IdRole.Names),
        Patient("patient.others", MapType.Identifier.List,
            (patient, value) => Fill(patient.Others, value), CommandField.LongId, IdRole.Further),
        Patient("patient.prior", MapType.Identifier.List, (patient, value) => Fill(patient.Prior, value), role: IdRole.GoesAway),
        Patient("patient.account", MapType.Identifier, (patient, value) => patient.Account = value.AsIdentifier(), role: IdRole.Further),
        Patient("patient.priorAccount", MapType.Identifier,
            (patient, value) => patient.PriorAccount = value.AsIdentifier(), role: IdRole.GoesAway),
        Patient("patient.class", MapType.Text, (patient, value) => patient.PatientClass = value.AsText()),
        Patient("visit.number", MapType.Identifier,
            (patient, value) => patient.Visit = value.AsIdentifier(), CommandField.LongId, IdRole.Further),
        Patient("visit.prior", MapType.Identifier, (patient, value) => patient.PriorVisit = value.AsIdentifier(), role: IdRole.GoesAway),
        Group("order.control", MapType.Text, (group, value) => group.Control = Upper(value)),
        Group("order.status", MapType.Text, (group, value) => group.Status = Upper(value)),
        Group("order.reason", MapType.Text, (group, value) => group.Reason = value.AsText()),
        Group("order.placerNumber", MapType.Identifier,
            (group, value) => group.PlacerNumber = value.AsIdentifier(), CommandField.LongId, IdRole.Names),
        Group("order.fillerNumber", MapType.Identifier,
            (group, value) => group.FillerNumber = value.AsIdentifier(), CommandField.LongId, IdRole.Names),
        Group("order.parent", MapType.Identifier, (group, value) => group.Parent = value.AsIdentifier(), CommandField.LongId, IdRole.Names),
        Group("order.transactionTime", MapType.Time, (group, value) => group.TransactionTime = Instant(value)),
        Group("order.accessionNumber", MapType.Identifier,
            (group, value) => group.AccessionNumber = value.AsIdentifier(), CommandField.ShortId, IdRole.Names),
        Group("procedure.id", MapType.Text,
            (group, value) => group.RequestedProcedureId = value.AsText(), CommandField.ShortId, IdRole.Names),
        Group("procedure.studyInstanceUid", MapType.Text,
            (group, value) => group.StudyInstanceUid = value.AsText(), CommandField.Uid, IdRole.Names),
        Group("step.id", MapType.Text, (group, value) => group.StepId = value.AsText(), CommandField.ShortId, IdRole.Names),
        Group("order.fillerFeed", MapType.Bool, (group, value) => group.IsFillerFeed = value.IsTrue),
        new("step.start", MapType.Time, RunLevel.Step, 0, (context, value) =>
        {
            if (context.Output.Command is not MappedStep step) return;
            (step.Start, step.StartInstant) = Start(context, value);
        }),
        Appointment("appointment.placerId", MapType.Identifier,
            (appointment, value) => appointment.PlacerAppointmentId = value.AsIdentifier(), role: IdRole.Names),
        Appointment("appointment.fillerId", MapType.Identifier,
            (appointment, value) => appointment.FillerAppointmentId = value.AsIdentifier(), role: IdRole.Names),
        Appointment("appointment.placerOrderNumber", MapType.Identifier,
            (appointment, value) => appointment.PlacerOrderNumber = value.AsIdentifier(), CommandField.LongId, IdRole.Names),
        Appointment("appointment.fillerOrderNumber", MapType.Identifier,
            (appointment, value) => appointment.FillerOrderNumber = value.AsIdentifier(), CommandField.LongId, IdRole.Names),
        Appointment("appointment.stepId", MapType.Text,
            (appointment, value) => appointment.StepId = value.AsText(), CommandField.ShortId, IdRole.Names),
        Appointment("appointment.accessionNumber", MapType.Identifier,
            (appointment, value) => appointment.AccessionNumber = value.AsIdentifier(), CommandField.ShortId, IdRole.Names),
        Appointment("appointment.status", MapType.Text, (appointment, value) => appointment.Status = Upper(value)),
        new("appointment.start", MapType.Time, RunLevel.Appointment, 0, (context, value) =>
        {
            if (context.Output.Command is not MappedAppointment appointment) return;
            (appointment.Start, appointment.StartInstant) = Start(context, value);
        }),
        Report("report.documentNumber", MapType.Identifier,
            (report, value) => report.DocumentNumber = value.AsIdentifier(), CommandField.LongId, IdRole.Names),
        Report("report.fillerNumber", MapType.Identifier,
            (report, value) => report.FillerNumber = value.AsIdentifier(), CommandField.LongId, IdRole.Names),
        Report("report.placerNumber", MapType.Identifier,
            (report, value) => report.PlacerNumber = value.AsIdentifier(), CommandField.LongId, IdRole.Names),
        Report("report.accessionNumber", MapType.Identifier,
            (report, value) => report.AccessionNumber = value.AsIdentifier(), CommandField.LongId, IdRole.Names),
        Report("report.studyInstanceUid", MapType.Text,
            (report, value) => report.StudyInstanceUid = value.AsText(), CommandField.Uid, IdRole.Names),
        Report("report.parent", MapType.Identifier,
            (report, value) => report.Parent = value.AsIdentifier(), CommandField.LongId, IdRole.Names),
        Report("report.relation", MapType.Text, (report, value) => report.Relation = value.AsText()),
        Report("report.code", MapType.Text, (report, value) => report.Code = value.AsText()),
        Report("report.state", MapType.Text, (report, value) => report.State = value.AsText()),
        Report("report.time", MapType.Time, (report, value) => report.ReportedAt = Instant(value)),
        Report("report.documents", MapType.Segment.List, (report, value) => Fill(report.DocumentSegments, value)),
        Report("report.observations", MapType.Segment.List, (report, value) => Fill(report.ObservationSegments, value)),
        Report("report.withoutText", MapType.Segment.List, (report, value) => Fill(report.SegmentsWithoutText, value)),
        Report("report.notes", MapType.Segment.List, (report, value) => Fill(report.NoteSegments, value)),
        Observation("observation.code", (observation, value) => observation.Code = value.AsText()),
        Observation("observation.subId", (observation, value) => observation.SubId = value.AsText()),
        Observation("observation.status", (observation, value) => observation.Status = value.AsText()),
    }.ToFrozenDictionary(field => field.Name);

    public static IEnumerable<string> Names => Fields.Keys;

    public static CommandField? Find(string name) => Fields.GetValueOrDefault(name);

    private static CommandField Patient(
        string name, MapType type, Action<MappedPatient, MapValue> set, int max = 0, IdRole role = IdRole.None) =>
        new(name, type, RunLevel.Patient, max, (context, value) => set((MappedPatient)context.Output.Command!, value)) { Role = role };

    private static CommandField Group(
        string name, MapType type, Action<MappedGroup, MapValue> set, int max = 0, IdRole role = IdRole.None) =>
        new(name, type, RunLevel.Group, max, (context, value) => set((MappedGroup)context.Output.Command!, value)) { Role = role };

    private static CommandField Appointment(
        string name, MapType type, Action<MappedAppointment, MapValue> set, int max = 0, IdRole role = IdRole.None) =>
        new(name, type, RunLevel.Appointment, max, (context, value) => set((MappedAppointment)context.Output.Command!, value))
        {
            Role = role,
        };

    private static CommandField Report(
        string name, MapType type, Action<MappedReport, MapValue> set, int max = 0, IdRole role = IdRole.None) =>
        new(name, type, RunLevel.Report, max, (context, value) => set((MappedReport)context.Output.Command!, value)) { Role = role };

    private static CommandField Observation(string name, Action<MappedObservation, MapValue> set) =>
        new(name, MapType.Text, RunLevel.Observation, 0, (context, value) => set((MappedObservation)context.Output.Command!, value));

    private static void Fill(List<Segment> list, MapValue value)
    {
        list.Clear();
        list.AddRange(value.Items.Select(static item => item.AsSegment()));
    }

    private static string? Upper(MapValue value) => value.AsText()?.Trim().ToUpperInvariant();

    private static DateTimeOffset? Instant(MapValue value) => value.AsTime() is { HasTime: true } time ? time.Value : null;

    private static void Fill(List<MappedIdentifier> list, MapValue value)
    {
        list.Clear();
        foreach (var item in value.Items)
        {
            if (item.AsIdentifier() is { } identifier) list.Add(identifier);
        }
    }

    /// <summary>A start needs the day; a day alone starts at midnight of the site.</summary>
    private static (DateTime?, DateTimeOffset?) Start(EvalContext context, MapValue value)
    {
        if (value.AsTime() is not { Precision: >= TimePrecision.Day } time) return default;
        if (!time.HasTime) context.Warn("no-time-of-day", null, value);
        var local = context.LocalOf(time);
        return (local, time.HasTime
            ? time.Value
            : new Hl7Time(local, Hl7TimePrecision.Day, null).ToDateTimeOffset(context.Settings.SiteZone));
    }
}
