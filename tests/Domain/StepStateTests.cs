using CloudPacs.Store.Orders;
using Xunit;

namespace CloudPacs.Domain.Tests;

public sealed class StepStateTests
{
    [Theory]
    [InlineData(StepState.Draft, "draft", "DRAFT")]
    [InlineData(StepState.OnHold, "on-hold", "ON HOLD")]
    [InlineData(StepState.Expired, "expired", "EXPIRED")]
    public void A_state_that_DICOM_does_not_have_is_in_small_letters_but_in_a_data_set(StepState state, string name, string status) =>
        Assert.Equal((name, status), (StepStates.Name(state), StepStates.Status(state)));

    [Fact]
    public void Every_other_state_is_the_same_word_everywhere()
    {
        var others = Enum.GetValues<StepState>().Except([StepState.Draft, StepState.OnHold, StepState.Expired]);

        Assert.All(others, static state => Assert.Equal(
            (state.ToString().ToUpperInvariant(), StepStates.Name(state)), (StepStates.Name(state), StepStates.Status(state))));
    }
}
