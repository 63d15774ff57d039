using CloudPacs.Resources;
using CloudPacs.Store.Orders;
using CloudPacs.Translation;
using CloudPacs.Worklist;
using Xunit;

namespace CloudPacs.Integration.Tests.Orders;

public class OrderStatusTests
{
    [Theory]
    [InlineData("active", StepState.Scheduled)]
    [InlineData("draft", StepState.Draft)]
    [InlineData("on-hold", StepState.OnHold)]
    [InlineData("active", StepState.Expired)]
    [InlineData("active", StepState.Departed)]
    [InlineData("completed", StepState.Completed)]
    [InlineData("revoked", StepState.Canceled)]
    [InlineData("revoked", StepState.Canceled, StepState.Discontinued)]
    [InlineData("completed", StepState.Canceled, StepState.Completed)]
    [InlineData("active", StepState.Completed, StepState.Started)]
    [InlineData("on-hold", StepState.OnHold, StepState.Completed)]
    [InlineData("active", StepState.OnHold, StepState.Scheduled)]
    [InlineData("on-hold", StepState.OnHold, StepState.Draft)]
    public void The_status_of_an_order_follows_from_all_its_steps(string expected, params StepState[] states)
    {
        var clinic = new Clinic();
        clinic.Send([.. states.Select((_, i) => new GroupText { Accession = "A1", StepId = "S" + i })]);
        for (var i = 0; i < states.Length; i++) clinic.Steps[i].StepState = states[i];

        Assert.Equal(expected, OrderStatus.ServiceRequest(clinic.Order));
    }

    [Theory]
    [InlineData(StepState.Draft, "draft", false, null)]
    [InlineData(StepState.Scheduled, "requested", true, "SC")]
    [InlineData(StepState.Arrived, "ready", true, "SC")]
    [InlineData(StepState.Ready, "ready", true, "SC")]
    [InlineData(StepState.Started, "in-progress", true, "IP")]
    [InlineData(StepState.Departed, "in-progress", false, "IP")]
    [InlineData(StepState.OnHold, "on-hold", false, "HD")]
    [InlineData(StepState.Completed, "completed", false, "CM")]
    [InlineData(StepState.Discontinued, "cancelled", false, "DC")]
    [InlineData(StepState.Canceled, "cancelled", false, "CA")]
    [InlineData(StepState.Expired, "on-hold", false, "SC")]
    public void Each_state_means_what_the_table_says(StepState state, string task, bool isListed, string? code)
    {
        var clinic = new Clinic();
        var step = clinic.Given(state);

        Assert.Equal((task, isListed, code), (OrderStatus.Task(step), WorklistStates.IsListed(state), OrderControlTable.StatusOf(state)));
    }

    [Fact]
    public void An_order_reported_as_an_error_is_entered_in_error_until_it_is_placed_again()
    {
        var clinic = new Clinic();
        clinic.Send(new GroupText());
        clinic.Send(new GroupText { Control = "SC", Status = "ER", HasProcedure = false });
        var status = OrderStatus.ServiceRequest(clinic.Order);
        clinic.Send(new GroupText());

        Assert.Equal(("entered-in-error", "active"), (status, OrderStatus.ServiceRequest(clinic.Order)));
    }
}
