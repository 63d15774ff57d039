using CloudPacs.Domain;
using CloudPacs.Domain.Orders;
using CloudPacs.Domain.Patients;
using CloudPacs.Mapping;
using CloudPacs.Store;

namespace CloudPacs.Translation;

/// <summary>Where a part of a command stands in the message.</summary>
/// <param name="Scope">What the FHIR maps need to run for it; null when they do not.</param>
/// <param name="Occurrence">Of the PID that it came from.</param>
/// <param name="Group">Place of its order group, from 0.</param>
internal readonly record struct PartSource(object? Scope, int Occurrence = 1, int Group = 0);

/// <summary>The way back from the parts of commands to the segments that they were made of.</summary>
internal sealed class MessageParts
{
    private readonly Dictionary<Details, PartSource> _sources = [];
    private readonly Dictionary<Details, OrderUnit> _units = [];

    public PatientDetails Patient(MappedPatient mapped) => Add(
        new PatientDetails
        {
            Faults = MappedProblem.Of(mapped.Problems),
            Primary = mapped.Primary?.ToIdentifier(),
            Others = mapped.Others.ConvertAll(MappedNumbers.ToIdentifier),
            Prior = mapped.Prior.ConvertAll(MappedNumbers.ToIdentifier),
            Account = mapped.Account?.ToIdentifier(),
            PriorAccount = mapped.PriorAccount?.ToIdentifier(),
            Visit = mapped.Visit?.ToIdentifier(),
            PriorVisit = mapped.PriorVisit?.ToIdentifier(),
            PatientClass = mapped.PatientClass,
            Attributes = MappedStandIns.In(mapped.PatientAttributes, mapped.StandIns),
            VisitAttributes = MappedStandIns.In(mapped.VisitAttributes, mapped.StandIns),
            StandIns = MappedStandIns.Of(mapped.StandIns),
        },
        new PartSource(mapped.Scope, mapped.PidOccurrence));

    public TDetails Add<TDetails>(TDetails part, PartSource source) where TDetails : Details
    {
        _sources.Add(part, source);
        return part;
    }

    public OrderCommand Add(OrderCommand command, OrderUnit unit)
    {
        _units.Add(command, unit);
        return command;
    }

    /// <summary>A part that the domain made itself, such as the order of a booking, has no place of its own.</summary>
    public PartSource SourceOf(Details part) => _sources.GetValueOrDefault(part, new PartSource(null));

    public OrderUnit UnitOf(Details? command) => command is null ? OrderUnit.Implied : _units.GetValueOrDefault(command, OrderUnit.Implied);

    /// <summary>The scopes of the message by the row that they describe.</summary>
    public Dictionary<Row, object> ScopesOf(IReadOnlyDictionary<Row, Details> described)
    {
        var scopes = new Dictionary<Row, object>();
        foreach (var (row, part) in described)
            if (SourceOf(part).Scope is { } scope) scopes.Add(row, scope);
        return scopes;
    }
}
