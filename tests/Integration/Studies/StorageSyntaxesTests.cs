using CloudPacs.Studies.Intake;
using Xunit;

namespace CloudPacs.Integration.Tests.Studies;

/// <summary>Which transfer syntax a sender has to write in, when one context offers several.</summary>
public sealed class StorageSyntaxesTests
{
    private const string Implicit = "1.2.840.10008.1.2", Explicit = "1.2.840.10008.1.2.1", BigEndian = "1.2.840.10008.1.2.2", Deflated = "1.2.840.10008.1.2.1.99";
    private const string J2kLossless = "1.2.840.10008.1.2.4.90", J2kLossy = "1.2.840.10008.1.2.4.91", Jpeg = "1.2.840.10008.1.2.4.50", Mpeg = "1.2.840.10008.1.2.4.102";

    [Theory]
    // Who offers loss beside none would compress with loss because it was let.
    [InlineData($"{J2kLossy} {Explicit}", Explicit, J2kLossy)]
    [InlineData($"{J2kLossy} {J2kLossless}", J2kLossless, J2kLossy)]
    [InlineData($"{Jpeg} {Implicit}", Implicit, Jpeg)]
    [InlineData($"{Explicit} {Mpeg} {Jpeg}", Explicit, Mpeg)]
    [InlineData($"{Implicit} {Deflated} {Explicit}", Explicit, Explicit)]
    [InlineData($"{Implicit} {Deflated}", Deflated, Deflated)]
    // Where there is no other, loss it is.
    [InlineData($"{BigEndian} {J2kLossy} {Jpeg}", J2kLossy, J2kLossy)]
    [InlineData(BigEndian, null, null)]
    [InlineData($"{BigEndian} 1.2.3.4 1.2.840.10008.1.2.4.94", null, null)]
    public void What_loses_nothing_is_chosen_unless_the_station_is_to_compress(string proposed, string? chosen, string? byCompressing)
    {
        Assert.Equal(chosen, StorageSyntaxes.Choose(proposed.Split(' '))?.Uid);
        Assert.Equal(byCompressing, StorageSyntaxes.Choose(proposed.Split(' '), prefersCompressed: true)?.Uid);
    }
}
