using CloudPacs.Store.Orders;

namespace CloudPacs.Store.Workspaces;

public sealed partial class Workspace
{
    public IReadOnlyList<OrderRow> FindByPlacer(Identifier number)
    {
        Declare(_declared?.PlacerNumbers, number.Value, "placer number");
        return Orders(KeyKind.Placer, number.Value, order => order.PlacerNumber?.Matches(number) == true);
    }

    /// <summary>Those of whatever application.</summary>
    public IReadOnlyList<OrderRow> FindByPlacer(string value)
    {
        Declare(_declared?.PlacerNumbers, value, "placer number");
        return Orders(KeyKind.Placer, value, order => order.PlacerNumber?.Value == value);
    }

    public IReadOnlyList<OrderRow> FindByFiller(Identifier number)
    {
        Declare(_declared?.FillerNumbers, number.Value, "filler number");
        return Orders(KeyKind.Filler, number.Value, order => order.FillerNumber?.Matches(number) == true);
    }

    /// <summary>Those of whatever application.</summary>
    public IReadOnlyList<OrderRow> FindByFiller(string value)
    {
        Declare(_declared?.FillerNumbers, value, "filler number");
        return Orders(KeyKind.Filler, value, order => order.FillerNumber?.Value == value);
    }

    public IReadOnlyList<OrderRow> FindByAccession(Identifier number)
    {
        Declare(_declared?.AccessionNumbers, number.Value, "accession number");
        return Orders(
            KeyKind.Accession, number.Value, order => order.Procedures.Exists(procedure => procedure.AccessionNumber.Matches(number)));
    }

    /// <summary>Those of whatever issuer.</summary>
    public IReadOnlyList<OrderRow> FindByAccession(string value)
    {
        Declare(_declared?.AccessionNumbers, value, "accession number");
        return Orders(KeyKind.Accession, value, order => order.Procedures.Exists(procedure => procedure.AccessionNumber.Value == value));
    }

    public IReadOnlyList<OrderRow> FindByStudyUid(string uid)
    {
        Declare(_declared?.StudyInstanceUids, uid, "Study Instance UID");
        return Orders(KeyKind.StudyUid, uid, order => order.Procedures.Exists(procedure => procedure.StudyInstanceUid == uid));
    }

    public OrderRow? Order(Guid id) => Use<OrderRow>(id);

    public ProcedureRow? Procedure(Guid id) => Use<ProcedureRow>(id);

    public StepRow? Step(Guid id) => Use<StepRow>(id);

    /// <summary>All orders of a patient; the patient's id value must be among <see cref="WorkspaceKeys.OrdersOfPatients"/>.</summary>
    public IReadOnlyList<OrderRow> OrdersOf(Guid patientId)
    {
        RequireComplete(patientId);
        return [.. FindByKey<OrderRow>(KeyKind.Owner, patientId.ToString()).Where(order => order.PatientId == patientId).Select(Use)];
    }

    public OrderRow AddOrder(Guid patientId, string sender) => Add(new OrderRow(_ids.Next()) { PatientId = patientId, Sender = sender });

    public ProcedureRow AddProcedure(OrderRow order, Identifier accessionNumber, string requestedProcedureId, string studyInstanceUid)
    {
        Use(order);
        var procedure = Add(new ProcedureRow(_ids.Next())
        {
            OrderId = order.Id,
            AccessionNumber = accessionNumber,
            RequestedProcedureId = requestedProcedureId,
            StudyInstanceUid = studyInstanceUid,
        });
        order.Procedures.Add(procedure);
        _withNewKeys.Add(order);
        return procedure;
    }

    public StepRow AddStep(ProcedureRow procedure, string stepId, StepState state, string modality, DateTimeOffset start)
    {
        Use(procedure);
        var step = Add(new StepRow(_ids.Next())
        {
            ProcedureId = procedure.Id,
            StepId = stepId,
            StepState = state,
            Modality = modality,
            Start = start,
        });
        procedure.Steps.Add(step);
        return step;
    }

    /// <summary>Cancels that came before their order and name it by any of the keys given, latest received first.</summary>
    public IReadOnlyList<RememberedCancel> FindCancels(Identifier? placer, Identifier? filler, Identifier? accession)
    {
        var found = new HashSet<RememberedCancel>();
        Look(placer, KeyKind.Placer, _declared?.PlacerNumbers, static cancel => cancel.PlacerNumber);
        Look(filler, KeyKind.Filler, _declared?.FillerNumbers, static cancel => cancel.FillerNumber);
        Look(accession, KeyKind.Accession, _declared?.AccessionNumbers, static cancel => cancel.AccessionNumber);
        return [.. found.OrderByDescending(static cancel => cancel.ReceivedAt)];

        void Look(Identifier? number, KeyKind kind, HashSet<string>? declared, Func<RememberedCancel, Identifier?> key)
        {
            if (number is not { } known) return;
            Declare(declared, known.Value, "number of a cancel");
            found.UnionWith(FindByKey<RememberedCancel>(kind, known.Value).Where(cancel => key(cancel)?.Matches(known) == true));
        }
    }

    /// <summary>Remembers a cancel; take its id from <see cref="NewId"/>.</summary>
    public void Add(RememberedCancel cancel) => Add<RememberedCancel>(cancel);

    /// <summary>An id for a row that the caller makes itself.</summary>
    public Guid NewId() => _ids.Next();

    /// <summary>The booking with one of these ids; the placer's is looked at first.</summary>
    public AppointmentRow? FindAppointment(Identifier? placerId, Identifier? fillerId)
    {
        var found = Look(placerId, static row => row.PlacerAppointmentId) ?? Look(fillerId, static row => row.FillerAppointmentId);
        return found is null ? null : Use(found);

        AppointmentRow? Look(Identifier? id, Func<AppointmentRow, Identifier?> key)
        {
            if (id is not { } known) return null;
            Declare(_declared?.AppointmentIds, known.Value, "appointment id");
            return FindByKey<AppointmentRow>(KeyKind.Appointment, known.Value).FirstOrDefault(row => key(row)?.Matches(known) == true);
        }
    }

    /// <summary>
    /// The bookings that wait for an order with one of these numbers, in the order in which they came; authorities are not looked at.
    /// </summary>
    public IReadOnlyList<AppointmentRow> FindWaitingBookings(string? placer, string? filler, string? accession)
    {
        var found = new HashSet<AppointmentRow>();
        Look(placer, KeyKind.Placer, _declared?.PlacerNumbers);
        Look(filler, KeyKind.Filler, _declared?.FillerNumbers);
        Look(accession, KeyKind.Accession, _declared?.AccessionNumbers);
        return found.Count == 0 ? [] : [.. found.OrderBy(static row => row.Id).Select(Use)];

        void Look(string? number, KeyKind kind, HashSet<string>? declared)
        {
            if (number is null) return;
            Declare(declared, number, "number of a booked order");
            found.UnionWith(FindByKey<AppointmentRow>(kind, number).Where(static row => row.OrderId is null));
        }
    }

    /// <summary>Whether the bookings of an order are here: it was asked for, or it is new and has no others.</summary>
    public bool HasBookingsOf(Guid orderId) =>
        _declared is null || _declared.OrderIds.Contains(orderId) || Peek<OrderRow>(orderId) is { State: RowState.New };

    /// <summary>All bookings of an order.</summary>
    public IReadOnlyList<AppointmentRow> BookingsOf(Guid orderId)
    {
        if (!HasBookingsOf(orderId)) Declare(_declared?.OrderIds, orderId, "booked order");
        return [.. FindByKey<AppointmentRow>(KeyKind.BookedOrder, orderId.ToString()).Where(row => row.OrderId == orderId).Select(Use)];
    }

    public AppointmentRow AddAppointment(Identifier? placerId, Identifier? fillerId, string status) =>
        Add(new AppointmentRow(_ids.Next()) { PlacerAppointmentId = placerId, FillerAppointmentId = fillerId, Status = status });

    private OrderRow[] Orders(KeyKind kind, string value, Func<OrderRow, bool> names) =>
        FindByKey<OrderRow>(kind, value) is { Length: > 0 } rows ? [.. rows.Where(names).Select(Use)] : [];
}
