using System.Collections.Frozen;
using CloudPacs.Mapping.Fhir;
using CloudPacs.Mapping.Findings;
using CloudPacs.Mapping.Values;

namespace CloudPacs.Mapping.Compilation;

/// <summary>The variables <c>$state.x</c> with their types.</summary>
internal static class StateFields
{
    private static readonly FrozenDictionary<string, (MapType Type, Func<DomainState, MapValue> Read)> Fields =
        new Dictionary<string, (MapType, Func<DomainState, MapValue>)>
        {
            ["patientReference"] = (MapType.Text, Fhir(state => MapValue.Text(state.PatientReference))),
            ["encounterReference"] = (MapType.Text, Fhir(state => MapValue.Text(state.EncounterReference))),
            ["serviceRequestReference"] = (MapType.Text, Fhir(state => MapValue.Text(state.ServiceRequestReference))),
            ["parentReference"] = (MapType.Text, Fhir(state => MapValue.Text(state.ParentReference))),
            ["replacesReference"] = (MapType.Text, Fhir(state => MapValue.Text(state.ReplacesReference))),
            ["appointmentReference"] = (MapType.Text, Fhir(state => MapValue.Text(state.AppointmentReference))),
            ["reportReference"] = (MapType.Text, Fhir(state => MapValue.Text(state.ReportReference))),
            ["reportStatus"] = (MapType.Text, Fhir(state => MapValue.Text(state.ReportStatus))),
            ["patientId"] = (MapType.Identifier, Fhir(state => Id(state.PatientId))),
            ["patientIds"] = (MapType.Identifier.List, state => Ids(state.PatientIds)),
            ["otherPatientIds"] = (MapType.Identifier.List, Fhir(state => Ids(state.OtherPatientIds))),
            ["priorPatientIds"] = (MapType.Identifier.List, Fhir(state => Ids(state.PriorPatientIds))),
            ["patientClass"] = (MapType.Text, state => MapValue.Text(state.PatientClass)),
            ["visitNumber"] = (MapType.Identifier, state => Id(state.VisitNumber)),
            ["placerNumber"] = (MapType.Identifier, state => Id(state.PlacerNumber)),
            ["fillerNumber"] = (MapType.Identifier, state => Id(state.FillerNumber)),
            ["accessionNumber"] = (MapType.Identifier, state => Id(state.AccessionNumber)),
            ["requestedProcedureId"] = (MapType.Text, state => MapValue.Text(state.RequestedProcedureId)),
            ["studyInstanceUid"] = (MapType.Text, state => MapValue.Text(state.StudyInstanceUid)),
            ["stepId"] = (MapType.Text, state => MapValue.Text(state.StepId)),
            ["modality"] = (MapType.Text, state => MapValue.Text(state.Modality)),
            ["procedureCode"] = (MapType.Text, Fhir(state => MapValue.Text(state.ProcedureCode?.Invoke()))),
            ["procedureText"] = (MapType.Text, Fhir(state => MapValue.Text(state.ProcedureText?.Invoke()))),
            ["stepText"] = (MapType.Text, Fhir(state => MapValue.Text(state.StepText?.Invoke()))),
            ["stationAeTitles"] = (MapType.Text.List, state => MapValue.List(MapKind.Text, state.StationAeTitles.Select(MapValue.Text))),
            ["serviceRequestStatus"] = (MapType.Text, Fhir(state => MapValue.Text(state.ServiceRequestStatus))),
            ["taskStatus"] = (MapType.Text, Fhir(state => MapValue.Text(state.TaskStatus))),
            ["intent"] = (MapType.Text, Fhir(state => MapValue.Text(state.Intent))),
            ["encounterStatus"] = (MapType.Text, Fhir(state => MapValue.Text(state.EncounterStatus))),
            ["periodStart"] = (MapType.Time, Fhir(state => Time(MapTime.OfFhir(state.PeriodStart)))),
            ["periodEnd"] = (MapType.Time, Fhir(state => Time(MapTime.OfFhir(state.PeriodEnd)))),
            ["appointmentStatus"] = (MapType.Text, Fhir(state => MapValue.Text(state.AppointmentStatus))),
            ["stepState"] = (MapType.Text, state => MapValue.Text(state.StepState)),
            ["statusReason"] = (MapType.Text, state => MapValue.Text(state.StatusReason)),
            ["startInstant"] = (MapType.Time, state => Time(state.StartInstant)),
            ["endInstant"] = (MapType.Time, Fhir(state => Time(state.EndInstant))),
            ["authoredOn"] = (MapType.Time, Fhir(state => Time(state.AuthoredOn))),
            ["lastModified"] = (MapType.Time, Fhir(state => Time(state.LastModified))),
            ["event"] = (MapType.Text, Event(state => MapValue.Text(state.Event))),
            ["eventTime"] = (MapType.Time, Event(state => Time(state.EventTime))),
            ["actor"] = (MapType.Text, Event(state => MapValue.Text(state.Actor))),
            ["messageId"] = (MapType.Text, Event(state => MapValue.Text(state.MessageId))),
            ["performedStart"] = (MapType.Time, Event(state => Time(state.PerformedStart))),
            ["performedEnd"] = (MapType.Time, Event(state => Time(state.PerformedEnd))),
            ["performer"] = (MapType.Text, Event(state => MapValue.Text(state.Performer))),
            ["reasonCode"] = (MapType.Item, Event(state => state.ReasonCode is { } item ? MapValue.Item(item) : MapValue.Absent)),
            ["isPatientActive"] = (MapType.Bool, Fhir(state => Flag(state.IsPatientActive))),
            ["isNew"] = (MapType.Bool, state => MapValue.Bool(state is FhirState { IsNew: true })),
        }.ToFrozenDictionary();

    public static IEnumerable<string> Names => Fields.Keys;

    public static Compiled Compile(string member, CompileScope scope, Position at)
    {
        if (!Fields.TryGetValue(member, out var field))
        {
            scope.Report(MapCodes.UnknownField, at, $"There is no $state.{member}.", Hints.DidYouMean(member, Fields.Keys));
            return Compiled.Faulty;
        }

        if (!scope.IsSecondPhase)
        {
            scope.Report(MapCodes.RunLevel, at, $"$state.{member} is not known yet here.",
                "The state exists for FHIR and out targets only, after the order was applied.");
            return Compiled.Faulty;
        }

        var read = field.Read;
        return new Compiled(field.Type, context => context.State is { } state ? read(state) : MapValue.Absent);
    }

    private static Func<DomainState, MapValue> Fhir(Func<FhirState, MapValue> read) =>
        state => state is FhirState fhir ? read(fhir) : MapValue.Absent;

    private static Func<DomainState, MapValue> Event(Func<EventState, MapValue> read) =>
        state => state is EventState happened ? read(happened) : MapValue.Absent;

    private static MapValue Id(MappedIdentifier? identifier) => identifier is { } known ? MapValue.Identifier(known) : MapValue.Absent;

    /// <summary>None left takes away those that there were.</summary>
    private static MapValue Ids(IReadOnlyList<MappedIdentifier>? identifiers) => identifiers switch
    {
        null => MapValue.Absent,
        [] => MapValue.Null,
        _ => MapValue.List(MapKind.Identifier, identifiers.Select(static id => MapValue.Identifier(id))),
    };

    private static MapValue Flag(bool? flag) => flag is { } known ? MapValue.Bool(known) : MapValue.Absent;

    private static MapValue Time(DateTimeOffset? time) => Time(time is { } known ? new MapTime(known, TimePrecision.Second) : null);

    private static MapValue Time(MapTime? time) => time is null ? MapValue.Absent : MapValue.Time(time);
}
