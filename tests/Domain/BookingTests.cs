using CloudPacs.Dicom;
using CloudPacs.Domain.Orders;
using CloudPacs.Domain.Scheduling;
using CloudPacs.Store;
using CloudPacs.Store.Orders;
using Xunit;

namespace CloudPacs.Domain.Tests;

/// <summary>Which steps a booking is for.</summary>
public class BookingTests
{
    private readonly Hospital _hospital = new();

    [Fact]
    public void A_booking_of_another_step_does_not_hold_this_one()
    {
        GiveTwoSteps();
        Book("A1", BookingEffect.SetTimeAndPlace, "S1");
        Book("A2", BookingEffect.SetTimeAndPlace, "S2");

        var ended = Book("A2", BookingEffect.Hold, "S2");

        Assert.Empty(ended.Problems);
        Assert.Equal([("S1", StepState.Scheduled), ("S2", StepState.OnHold)], States());
    }

    [Fact]
    public void A_booking_of_the_whole_order_holds_each_of_its_steps()
    {
        GiveTwoSteps();
        Book("A1", BookingEffect.SetTimeAndPlace, stepId: null);
        Book("A2", BookingEffect.SetTimeAndPlace, "S2");

        Book("A2", BookingEffect.Hold, "S2");
        var afterOne = States();
        Book("A1", BookingEffect.Hold, stepId: null);

        Assert.Equal([("S1", StepState.Scheduled), ("S2", StepState.Scheduled)], afterOne);
        Assert.Equal([("S1", StepState.OnHold), ("S2", StepState.OnHold)], States());
    }

    [Fact]
    public void A_command_that_names_no_order_means_the_step_that_was_booked()
    {
        GiveTwoSteps();
        Book("A1", BookingEffect.SetTimeAndPlace, "S2");

        Book("A1", BookingEffect.Hold, stepId: null, order: null);

        Assert.Equal([("S1", StepState.Scheduled), ("S2", StepState.OnHold)], States());
    }

    [Fact]
    public void The_bookings_of_a_parent_are_for_the_steps_of_its_children()
    {
        _hospital.Give(Hospital.Order(OrderRequest.PlaceParent), Hospital.Order(OrderRequest.PlaceChild, "P2", parent: "P1"));
        Book("A1", BookingEffect.SetTimeAndPlace, stepId: null);
        Book("A2", BookingEffect.SetTimeAndPlace, stepId: null);

        Book("A2", BookingEffect.Hold, stepId: null);
        var afterOne = States()[0].State;
        Book("A1", BookingEffect.Expire, stepId: null);

        Assert.Equal((StepState.Scheduled, StepState.Expired), (afterOne, Assert.Single(States()).State));
    }

    private void GiveTwoSteps() => _hospital.Give(new OrderCommand
    {
        Request = OrderRequest.Place,
        PlacerNumber = new Identifier("P1"),
        Procedure = new ProcedureDetails { Steps = [Step("S1"), Step("S2")] },
    });

    private static StepDetails Step(string id) =>
        new() { StepId = id, Attributes = new DataSet().Set(Tags.Modality, "CT"), Start = new DateTime(2026, 3, 10, 9, 30, 0) };

    private Outcome Book(string id, BookingEffect effect, string? stepId, string? order = "P1")
    {
        var booking = new BookAppointment
        {
            PlacerAppointmentId = new Identifier(id),
            PlacerOrderNumber = order is null ? null : new Identifier(order),
            Effect = effect,
            StepId = stepId,
            Start = new DateTime(2026, 3, 12, 10, 0, 0),
            Patient = Hospital.Patient(),
        };
        var commands = new AppointmentCommands(_hospital.Context, booking);
        commands.MoreKeys(_hospital.Workspace);
        return commands.Apply(_hospital.Workspace);
    }

    private (string Id, StepState State)[] States() =>
        [.. _hospital.Workspace.Rows.OfType<StepRow>().Select(static step => (step.StepId, step.StepState)).Order()];
}
