using CloudPacs.Dicom;
using Xunit;

namespace CloudPacs.Mapping.Tests;

public sealed class FunctionTestsIds
{
    private static readonly Guid DnsNameSpace = Guid.Parse("6ba7b812-9dad-11d1-80b4-00c04fd430c8");

    [Fact]
    public void A_UUID_becomes_a_number_under_2_25() =>
        Assert.Equal("2.25.329800735698586629295641978511506172918", DerivedUids.Uid(Guid.Parse("f81d4fae-7dec-11d0-a765-00a0c91e6bf6")));

    [Fact]
    public void A_name_in_a_name_space_gives_always_the_same_UUID()
    {
        var uuid = DerivedUids.Uuid(DnsNameSpace, "1.2.3.4|ACC20260310001");

        Assert.Equal(Guid.Parse("9dbef9d0-6867-501c-9675-2c51bf0d963b"), uuid);
        Assert.Equal("2.25.209680398573113860225745563084707960379", DerivedUids.Uid(uuid));
    }

    [Theory]
    [InlineData("00000000-0000-0000-0000-000000000000", "2.25.0")]
    [InlineData("ffffffff-ffff-ffff-ffff-ffffffffffff", "2.25.340282366920938463463374607431768211455")]
    public void The_ends_of_the_range_have_no_leading_zero_and_fit(string uuid, string expected) => Assert.Equal(expected, DerivedUids.Uid(Guid.Parse(uuid)));
}
