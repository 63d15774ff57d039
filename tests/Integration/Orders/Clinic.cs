using CloudPacs.Dicom;
using CloudPacs.Domain;
using CloudPacs.Hl7v2;
using CloudPacs.Mapping;
using CloudPacs.Store;
using CloudPacs.Store.Orders;
using CloudPacs.Store.Patients;
using CloudPacs.Store.Workspaces;
using CloudPacs.Translation;
using Xunit;
using Problem = CloudPacs.Hl7v2.Problem;
using Severity = CloudPacs.Hl7v2.Severity;

namespace CloudPacs.Integration.Tests.Orders;

/// <summary>A store in memory and a sender: messages in, rows and outcome out.</summary>
internal sealed class Clinic
{
    public Workspace Workspace { get; } = new(IdSource.Counting());

    public SenderPolicy Policy { get; set; } = new();

    public bool IsStrict { get; set; }

    public WhyHidden? WhyHidden { get; set; }

    public DateTimeOffset Now { get; set; } = new(2026, 3, 10, 8, 30, 20, TimeSpan.FromHours(5.5));

    public DateTimeOffset? MessageTime { get; set; }

    public string PatientId { get; set; } = "MRN1";

    public string PatientName { get; set; } = "SHARMA^RAHUL";

    public string? VisitNumber { get; set; } = "VN1";

    public string? Facility { get; set; }

    public ChangeContext Context(string trigger) => new()
    {
        Actor = "his",
        Kind = trigger,
        DefaultAuthority = Policy.DefaultAuthority ?? "MERCY",
        AccessionAuthority = Policy.AccessionAuthority ?? "MERCY",
        SentAt = MessageTime,
        ReceivedAt = Now,
        Facility = Facility,
        SiteZone = TimeZoneInfo.FindSystemTimeZoneById("Asia/Kolkata"),
        IsStrict = IsStrict,
        Policy = DomainPolicies.Of(Policy),
    };

    public ClinicAnswer Send(params GroupText[] groups) => Send(groups, [Person()]);

    public ClinicAnswer Send(GroupText[] groups, MappedPatient[] patients)
    {
        var message = Map(groups);
        message.Patients.AddRange(patients);
        return Apply(MessageKind.Order, message, "O01");
    }

    public ClinicAnswer Event(string trigger, params MappedPatient[] patients)
    {
        var message = new MappedMessage { MapVersion = "test" };
        message.Patients.AddRange(patients.Length == 0 ? [Person()] : patients);
        return Apply(MessageKind.Patient, message, trigger);
    }

    public ClinicAnswer Book(string trigger, MappedAppointment appointment)
    {
        var message = new MappedMessage { MapVersion = "test", Appointment = appointment };
        message.Patients.Add(Person());
        return Apply(MessageKind.Schedule, message, trigger);
    }

    public MessageCommands Commands(MessageKind kind, MappedMessage message, string trigger) => new(kind, message, Policy, Context(trigger));

    private ClinicAnswer Apply(MessageKind kind, MappedMessage message, string trigger) =>
        new(Commands(kind, message, trigger).Apply(Workspace, WhyHidden));

    public MappedPatient Person(string? id = null, string? name = null, string? visit = null, string patientClass = "O", int occurrence = 1)
    {
        var person = new MappedPatient
        {
            Primary = new MappedIdentifier(id ?? PatientId, "MERCY", TypeCode: "MR"),
            PatientAttributes = new DataSet().Set(Tags.PatientName, name ?? PatientName),
            VisitAttributes = new DataSet().Set(Tags.CurrentPatientLocation, "WARD 1"),
            PatientClass = patientClass,
            PidOccurrence = occurrence,
        };
        if ((visit ?? VisitNumber) is { } number) person.Visit = new MappedIdentifier(number, "MERCY");
        return person;
    }

    public IReadOnlyList<OrderRow> Orders => [.. AllPatients.SelectMany(patient => Workspace.OrdersOf(patient.Id))];

    public IReadOnlyList<StepRow> Steps => [.. Orders.SelectMany(o => o.Procedures).SelectMany(p => p.Steps)];

    public StepRow Step => Assert.Single(Steps);

    /// <summary>Start of the step in local time of the site.</summary>
    public DateTime Start => SiteTime.LocalOf(Context("").SiteZone, Step.Start);

    public ProcedureRow Procedure => Assert.Single(Orders.SelectMany(o => o.Procedures));

    public OrderRow Order => Assert.Single(Orders);

    public PatientRow Patient(string id) => Assert.Single(Workspace.FindPatients(new Identifier(id, "MERCY")));

    public IEnumerable<PatientRow> AllPatients => Workspace.Changed.OfType<PatientRow>();

    /// <summary>Puts an order with one step there and takes the step to a state.</summary>
    public StepRow Given(StepState state, GroupText? group = null)
    {
        Assert.Equal(AcknowledgmentCode.AA, Send(group ?? new GroupText()).Code);
        var step = Steps[^1];
        step.StepState = state;
        step.StateBeforeHold = state == StepState.OnHold ? StepState.Arrived : null;
        return step;
    }

    private static MappedMessage Map(GroupText[] texts)
    {
        var message = new MappedMessage { MapVersion = "test" };
        for (var i = 0; i < texts.Length; i++)
        {
            var group = texts[i].ToGroup(i);
            message.Groups.Add(group);
            if (!texts[i].HasProcedure) continue;
            var procedure = message.Procedures.Find(p => IsSame(p.First, group));
            if (procedure is null) message.Procedures.Add(procedure = new MappedProcedure { First = group, Attributes = texts[i].ProcedureAttributes() });
            var step = new MappedStep { Group = group, Attributes = texts[i].StepAttributes(), Start = texts[i].Start };
            if (texts[i].Modality is null) step.Problems.Add(new Problem(101, Severity.Error, new ErrorLocation("OBR", i + 1, 24), "no modality"));
            procedure.Steps.Add(step);
        }

        return message;
    }

    private static bool IsSame(MappedGroup first, MappedGroup other) =>
        (first.StudyInstanceUid is not null && first.StudyInstanceUid == other.StudyInstanceUid)
        || (first.AccessionNumber is not null && first.AccessionNumber == other.AccessionNumber && first.RequestedProcedureId == other.RequestedProcedureId);
}

/// <summary>What a sender is answered.</summary>
internal sealed record ClinicAnswer(CommandAnswer Answer)
{
    public IReadOnlyList<Problem> Problems => Answer.Problems;

    public IReadOnlyList<GroupReply> Replies => Answer.Replies;

    public IReadOnlyList<AuditAct> Audit => Answer.Audit;

    public IReadOnlySet<string> Flags => Answer.Flags;

    public bool IsKept => Answer.IsKept;

    public bool HasErrors => Answer.Problems.Any(static p => p.Severity >= Severity.Error);

    /// <summary>MSA-1: AR for what concerns the message kind (200 to 203), AE for faults of content, else AA.</summary>
    public AcknowledgmentCode Code => Answer.Problems.FirstOrDefault(static p => p.Severity >= Severity.Error) switch
    {
        null => AcknowledgmentCode.AA,
        { Code: >= 200 and <= 203 } => AcknowledgmentCode.AR,
        _ => AcknowledgmentCode.AE,
    };
}
