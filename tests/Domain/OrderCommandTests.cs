using CloudPacs.Domain.Orders;
using CloudPacs.Store;
using CloudPacs.Store.Orders;
using Xunit;

namespace CloudPacs.Domain.Tests;

public class OrderCommandTests
{
    private readonly Hospital _hospital = new();

    [Fact]
    public void Every_request_has_a_rule_in_every_state_and_none_opens_a_completed_step()
    {
        foreach (var request in Enum.GetValues<OrderRequest>())
            foreach (var state in Enum.GetValues<StepState>().Cast<StepState?>().Append(null))
            {
                var rule = OrderTable.Find(request, state);
                if (state == StepState.Completed) Assert.Null(rule.After);
            }
    }

    [Fact]
    public void A_problem_names_the_command_and_its_field()
    {
        var command = Hospital.Order(OrderRequest.RequestDiscontinue, "P9");

        var outcome = _hospital.Give(Hospital.Order(OrderRequest.Place), command);

        var problem = Assert.Single(outcome.Problems);
        Assert.Equal(("ORD-006", Severity.Error, Field.Number), (problem.Code, problem.Severity, problem.Field));
        Assert.Same(command, problem.Part);
        Assert.False(outcome.IsKept);
        Assert.Empty(_hospital.Workspace.Changed);
        Assert.All(outcome.Orders, static result => Assert.False(result.IsDone));
    }

    [Fact]
    public void A_command_that_was_not_understood_is_refused_with_its_faults()
    {
        var outcome = _hospital.Give(Hospital.Order(request: null));

        Assert.Equal("ORD-001", Assert.Single(outcome.Problems).Code);
    }

    [Fact]
    public void Where_the_policy_says_so_the_commands_that_can_be_applied_are()
    {
        _hospital.Policy = _hospital.Policy with { AppliesOneByOne = true };

        var outcome = _hospital.Give(Hospital.Order(OrderRequest.Place), Hospital.Order(OrderRequest.RequestDiscontinue, "P9"));

        Assert.True(outcome.IsKept);
        Assert.Equal([true, false], outcome.Orders.Select(static result => result.IsDone));
        Assert.Equal("P1", Assert.Single(_hospital.Orders).PlacerNumber!.Value.Value);
    }

    [Fact]
    public void An_order_with_several_procedures_is_described_by_its_first_one()
    {
        var (first, second) = (Hospital.Order(OrderRequest.Place, accession: "A1"), Hospital.Order(OrderRequest.Place, accession: "A2"));

        var placed = _hospital.Give(first, second);
        var order = Assert.Single(_hospital.Orders);
        var changed = _hospital.Give(Hospital.Order(OrderRequest.Change, accession: "A2"));

        Assert.Equal(["A1", "A2"], order.Procedures.Select(static procedure => procedure.AccessionNumber.Value));
        Assert.Same(first.Procedure, placed.Described[order]);
        Assert.DoesNotContain(order, changed.Described.Keys);
    }

    [Theory]
    [InlineData(9, false)]
    [InlineData(11, true)]
    public void Only_another_time_or_place_reschedules(int hour, bool isTold)
    {
        _hospital.Give(Hospital.Order(OrderRequest.Place));
        var start = new DateTime(2026, 3, 10, hour, 30, 0);

        var outcome = _hospital.Give(new OrderCommand
        {
            Request = OrderRequest.Reschedule, PlacerNumber = new Identifier("P1"),
            Procedure = new ProcedureDetails { Steps = [new StepDetails { Start = start }] },
        });

        Assert.Equal(isTold, outcome.Audit.Any(static act => act.Verb == "step.rescheduled"));
    }
}
