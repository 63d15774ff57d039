using CloudPacs.Dicom;
using CloudPacs.Domain;
using CloudPacs.Hl7v2;
using CloudPacs.Integration.Tests.Orders;
using CloudPacs.Mapping;
using CloudPacs.Store.Orders;
using CloudPacs.Translation;
using Xunit;

namespace CloudPacs.Integration.Tests.Scheduling;

public class AppointmentMessageTests
{
    private static readonly DateTime NewStart = new(2026, 3, 12, 14, 0, 0);

    private readonly Clinic _clinic = new();

    [Theory]
    [InlineData("S12", "booked")]
    [InlineData("S13", "booked")]
    [InlineData("S14", "booked")]
    [InlineData("S18", "booked")]
    [InlineData("S19", "booked")]
    public void A_booking_sets_time_and_place_of_the_step_of_its_order_and_nothing_else(string trigger, string status)
    {
        _clinic.Send(new GroupText());

        var outcome = _clinic.Book(trigger, Booking());

        Assert.Equal(AcknowledgmentCode.AA, outcome.Code);
        Assert.Empty(outcome.Problems);
        Assert.Equal((NewStart, StepState.Scheduled, "CT"), (_clinic.Start, _clinic.Step.StepState, _clinic.Step.Modality));
        Assert.Equal(["CT9"], _clinic.Step.StationAeTitles);
        Assert.Equal("Step of CTCHEST", Attributes.Read(_clinic.Step.Attributes).GetString(Tags.ScheduledProcedureStepDescription));
        Assert.Equal((status, _clinic.Order.Id), (Appointment.Status, Appointment.OrderId!.Value));
    }

    [Theory]
    [InlineData("S15", "cancelled")]
    [InlineData("S16", "cancelled")]
    [InlineData("S17", "entered-in-error")]
    public void A_cancelled_booking_holds_the_step_until_it_is_booked_again(string trigger, string status)
    {
        _clinic.Send(new GroupText());

        _clinic.Book(trigger, Booking());
        var (state, appointment) = (_clinic.Step.StepState, Appointment.Status);
        _clinic.Book("S12", Booking());

        Assert.Equal((StepState.OnHold, status), (state, appointment));
        Assert.Equal((StepState.Scheduled, "booked"), (_clinic.Step.StepState, Appointment.Status));
    }

    [Fact]
    public void A_new_booking_does_not_end_the_hold_of_an_order_message()
    {
        _clinic.Send(new GroupText());
        _clinic.Send(new GroupText { Control = "HD", HasProcedure = false });

        _clinic.Book("S13", Booking());

        Assert.Equal((StepState.OnHold, NewStart), (_clinic.Step.StepState, _clinic.Start));
    }

    [Fact]
    public void A_hold_that_an_order_message_made_after_the_booking_was_cancelled_is_its_own()
    {
        _clinic.Send(new GroupText());
        _clinic.Book("S15", Booking());
        _clinic.Send(new GroupText { Control = "RL", HasProcedure = false });
        _clinic.Send(new GroupText { Control = "HD", HasProcedure = false });

        var outcome = _clinic.Book("S12", Booking());

        Assert.Equal((StepState.OnHold, 207), (_clinic.Step.StepState, Assert.Single(outcome.Problems).Code));
    }

    [Fact]
    public void A_cancelled_booking_cancels_the_step_where_the_policy_says_so()
    {
        _clinic.Policy = _clinic.Policy with { SiuCancels = true };
        _clinic.Send(new GroupText());

        _clinic.Book("S15", Booking());

        Assert.Equal(StepState.Canceled, _clinic.Step.StepState);
    }

    [Fact]
    public void A_no_show_expires_the_step_and_a_new_date_brings_it_back()
    {
        _clinic.Send(new GroupText());

        _clinic.Book("S26", Booking());
        var (state, status) = (_clinic.Step.StepState, Appointment.Status);
        _clinic.Book("S13", Booking());

        Assert.Equal((StepState.Expired, "noshow"), (state, status));
        Assert.Equal(StepState.Scheduled, _clinic.Step.StepState);
    }

    [Theory]
    [InlineData(StepState.Started)]
    [InlineData(StepState.Completed)]
    [InlineData(StepState.Canceled)]
    public void A_step_that_began_or_ended_is_left_alone_with_a_warning(StepState state)
    {
        _clinic.Given(state);

        var moved = _clinic.Book("S13", Booking());
        var canceled = _clinic.Book("S15", Booking());

        Assert.Equal(state, _clinic.Step.StepState);
        Assert.Equal(new DateTime(2026, 3, 10, 9, 30, 0), _clinic.Start);
        Assert.All([moved, canceled], outcome => Assert.Equal(207, Assert.Single(outcome.Problems).Code));
    }

    [Fact]
    public void Without_an_order_only_the_appointment_is_stored_unless_bookings_may_make_one()
    {
        var stored = _clinic.Book("S12", Booking());
        var before = _clinic.Orders.Count;
        _clinic.Policy = _clinic.Policy with { SiuCreates = true };
        var made = _clinic.Book("S12", Booking(modality: "MR"));

        Assert.Equal((AcknowledgmentCode.AA, 204), (stored.Code, Assert.Single(stored.Problems).Code));
        Assert.Equal(0, before);
        Assert.Equal(AcknowledgmentCode.AA, made.Code);
        Assert.Equal((NewStart, "MR"), (_clinic.Start, _clinic.Step.Modality));
        Assert.Equal(_clinic.Order.Id, Appointment.OrderId);
    }

    [Fact]
    public void The_status_of_the_booking_overrides_that_of_the_event()
    {
        var booking = Booking();
        booking.Status = "WAITLIST";

        _clinic.Book("S12", booking);

        Assert.Equal("waitlist", Appointment.Status);
    }

    [Fact]
    public void A_later_event_of_a_booking_finds_its_order_without_the_numbers()
    {
        _clinic.Send(new GroupText());
        _clinic.Book("S12", Booking());

        _clinic.Book("S15", new MappedAppointment { FillerAppointmentId = new MappedIdentifier("AP1", "RIS"), Attributes = new DataSet() });

        Assert.Equal(StepState.OnHold, _clinic.Step.StepState);
    }

    [Fact]
    public void A_booking_for_an_order_of_another_patient_is_refused_and_leaves_no_trace()
    {
        _clinic.Send(new GroupText());
        _clinic.PatientId = "MRN2";

        var outcome = _clinic.Book("S12", Booking());

        Assert.Equal((AcknowledgmentCode.AE, 205), (outcome.Code, outcome.Problems[0].Code));
        Assert.Empty(_clinic.Workspace.Changed.OfType<AppointmentRow>());
    }

    [Fact]
    public void Every_event_of_the_table_is_applied_in_every_state_without_an_exception()
    {
        foreach (var trigger in AppointmentEventTable.Events.Keys)
            foreach (var state in Enum.GetValues<StepState>())
            {
                var fresh = new Clinic();
                fresh.Given(state);
                Assert.Equal(AcknowledgmentCode.AA, fresh.Book(trigger, Booking()).Code);
                if (state >= StepState.Completed) Assert.Equal(state, fresh.Step.StepState);
            }

        Assert.Equal(AcknowledgmentCode.AE, _clinic.Book("S12", new MappedAppointment { Attributes = new DataSet() }).Code);
    }

    private AppointmentRow Appointment => Assert.Single(_clinic.Workspace.Changed.OfType<AppointmentRow>());

    private static MappedAppointment Booking(string? modality = null)
    {
        var attributes = new DataSet().Set(Tags.ScheduledStationAeTitle, "CT9").Set(Tags.ScheduledProcedureStepDescription, "not ours to change");
        if (modality is not null) attributes.Set(Tags.Modality, modality);
        return new MappedAppointment
        {
            FillerAppointmentId = new MappedIdentifier("AP1", "RIS"),
            PlacerOrderNumber = new MappedIdentifier("P1", "HIS"),
            Attributes = attributes,
            Start = NewStart,
            StartInstant = new DateTimeOffset(NewStart, TimeSpan.FromHours(5.5)),
        };
    }
}
