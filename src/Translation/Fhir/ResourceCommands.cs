using System.Text.Json;
using CloudPacs.Domain;
using CloudPacs.Domain.Orders;
using CloudPacs.Domain.Patients;
using CloudPacs.Domain.Scheduling;
using CloudPacs.Mapping;
using CloudPacs.Store.Orders;
using CloudPacs.Store.Patients;
using CloudPacs.Store.Workspaces;

namespace CloudPacs.Translation.Fhir;

/// <summary>
/// Resources that a client writes as commands to the domain, the same that messages are read as: the twin of <see cref="MessageCommands"/>.
/// </summary>
internal sealed class ResourceCommands
{
    private readonly IReadOnlyList<WrittenResource> _written;
    private readonly Workspace _workspace;
    private readonly Readings _read;
    private readonly Persons _persons;
    private readonly OrderWrites _orders;
    private readonly List<ResourceProblem> _problems = [];
    private readonly List<CommandSet> _sets = [];

    private ResourceCommands(IReadOnlyList<WrittenResource> written, Workspace workspace, FhirValues values, ChangeContext context)
    {
        (_written, _workspace, Context) = (written, workspace, context);
        _read = new Readings(values, context.SiteZone);
        _persons = new Persons(written, workspace, _read, Parts);
        _orders = new OrderWrites(written, workspace, _read, Parts, _persons);
    }

    /// <param name="written">What is written together.</param>
    /// <param name="workspace">The rows of what is stored of it, and of what it refers to.</param>
    /// <param name="values">Tables of the sender.</param>
    /// <param name="context">Who asks, when, and by which rules.</param>
    public static ResourceCommands Of(
        IReadOnlyList<WrittenResource> written, Workspace workspace, FhirValues values, ChangeContext context)
    {
        var commands = new ResourceCommands(written, workspace, values, context);
        commands.Read();
        return commands;
    }

    public ChangeContext Context { get; }

    public ResourceParts Parts { get; } = new();

    /// <summary>In the order in which they are applied.</summary>
    public IReadOnlyList<CommandSet> Sets => _sets;

    /// <summary>What cannot be read as a command, or is none that a client gives.</summary>
    public IEnumerable<ResourceProblem> Problems => _problems.Concat(_orders.Problems);

    /// <summary>Orders and steps with the status that they shall have.</summary>
    public IReadOnlyList<(WrittenResource Resource, string Status)> Asked => _orders.Asked;

    /// <summary>What the Task of a step shows that no Task says.</summary>
    public IReadOnlyDictionary<StepDetails, JsonElement> Shown => _orders.Shown;

    /// <summary>The identifiers that name a patient, the one to show first, each with its place in the list.</summary>
    public List<(int Place, Store.Identifier Identifier)> IdentifiersOf(WrittenResource patient) => _read.Patients.Identifiers(patient.Now);

    private void Read()
    {
        foreach (var (person, commands) in _orders.Read())
            if (commands.Count > 0) _sets.Add(new OrderCommands(Context, [person], commands));
        foreach (var visit in _persons.Untold.Where(static one => one.Type == "Encounter").ToList()) Tell(visit);
        foreach (var patient in _persons.Untold.ToList()) Tell(patient);
        foreach (var booking in _written.Where(static one => one.Type == "Appointment")) Book(booking);
    }

    private void Tell(WrittenResource resource)
    {
        var isVisit = resource.Type == "Encounter";
        if (!isVisit && Merge(resource)) return;
        var subject = isVisit ? resource.Now.Member("subject") : Self(resource);
        if (_persons.Find(subject, isVisit ? resource.Reference : null, resource) is not { } person)
        {
            _problems.Add(new ResourceProblem(
                resource.Place, true, "not-found", "Encounter.subject", Persons.Unknown));
            return;
        }

        var status = isVisit && resource.Now.Text("status") is { } said && said != resource.Before.Text("status") ? said : null;
        _sets.Add(new PatientCommands(Context, [new UpdatePatient { Patient = person, HasVisit = isVisit, VisitStatus = status }]));
    }

    /// <summary>A patient whose record says that another one took its place (FHIR R4 patient.html, link type replaced-by).</summary>
    private bool Merge(WrittenResource patient)
    {
        if (IsReplaced(patient.Before) || Replacement(patient.Now) is not { } other) return false;
        if (_persons.Row(other) is not { } survivor || patient.Row is not { } id || _workspace.Peek<PatientRow>(id) is not { } prior)
        {
            _problems.Add(new ResourceProblem(
                patient.Place, true, "not-found", "Patient.link", "The patient that takes the place of this one is none of this server."));
            return true;
        }

        var ids = Persons.Of(survivor);
        var details = Parts.Add(
            new PatientDetails { Primary = ids[0], Others = [.. ids.Skip(1)], Prior = Persons.Of(prior) }, patient);
        _sets.Add(new PatientCommands(Context, [new MergePatients { Patient = details }]));
        return true;
    }

    private static string? Replacement(JsonElement patient) => patient.Items("link")
        .FirstOrDefault(static link => link.Text("type") == "replaced-by").Reference("other");

    private static bool IsReplaced(JsonElement patient) => Replacement(patient) is not null;

    private void Book(WrittenResource booking)
    {
        var row = booking.Row is { } id ? _workspace.Peek<AppointmentRow>(id) : null;
        var numbers = booking.Now.Items("identifier").Select(item => (Type: FhirValues.TypeOf(item), Number: _read.Values.Identifier(item)))
            .Where(static one => one.Number is not null).ToList();
        var placer = numbers.Find(static one => one.Type != "FILL").Number?.ToIdentifier();
        var filler = numbers.Find(static one => one.Type == "FILL").Number?.ToIdentifier();
        if ((placer ?? filler) is null) placer = new Store.Identifier(booking.Id, "FHIR");
        var (before, after) = (booking.Before.Text("status"), booking.Now.Text("status")!);
        var start = booking.Now.Text("start").Instant(_read.Zone);
        if (!booking.IsNew && before == after && start == booking.Before.Text("start").Instant(_read.Zone)) return;
        var order = OrderOf(booking.Now);
        _sets.Add(new AppointmentCommands(Context, Parts.Add(
            new BookAppointment
            {
                Effect = StatusTable.OfBooking(after),
                Status = after,
                PlacerAppointmentId = row is null ? placer : row.PlacerAppointmentId,
                FillerAppointmentId = row is null ? filler : row.FillerAppointmentId,
                PlacerOrderNumber = order?.Placer,
                FillerOrderNumber = order?.Filler,
                AccessionNumber = order?.Accession,
                Start = start is { } at ? SiteTime.LocalOf(_read.Zone, at) : null,
                StartInstant = start,
                Patient = PatientOf(booking),
            },
            booking)));
    }

    private PatientDetails? PatientOf(WrittenResource booking)
    {
        var actor = booking.Now.Items("participant").Select(static one => one.Member("actor"))
            .FirstOrDefault(static actor => actor.Reference()?.StartsWith("Patient/", StringComparison.Ordinal) == true);
        return actor.ValueKind == JsonValueKind.Object ? _persons.Find(actor, null, booking) : null;
    }

    private OrderNumbers? OrderOf(JsonElement booking)
    {
        var named = booking.Items("basedOn").Select(static based => based.Reference())
            .FirstOrDefault(static reference => reference?.StartsWith("ServiceRequest/", StringComparison.Ordinal) == true);
        if (_written.FirstOrDefault(one => one.Reference == named) is { IsNew: true } order) return _read.Orders.Numbers(order.Now);
        return named is not null && Guid.TryParse(named["ServiceRequest/".Length..], out var id) && _workspace.Peek<OrderRow>(id) is { } row
            ? new OrderNumbers(row.PlacerNumber, row.FillerNumber, row.Procedures.FirstOrDefault()?.AccessionNumber, null, null)
            : null;
    }

    private static JsonElement Self(WrittenResource patient) => JsonSerializer.SerializeToElement(new { reference = patient.Reference });
}
