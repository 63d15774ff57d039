using CloudPacs.Dicom.Network.UpperLayer;

namespace CloudPacs.Dicom.Network.Dimse;

internal enum AssemblyStatus : byte
{
    NeedMore,
    Message,
    Invalid,
}

/// <summary>Puts whole messages together from presentation data values. Holds no more than the limits, whatever comes.</summary>
internal sealed class MessageAssembler(int maxDataSetBytes)
{
    private readonly FragmentSequence _fragments = new();
    private readonly FragmentBuffer _dataSet = new(maxDataSetBytes);

    public AssemblyStatus Add(in Pdv pdv, out DimseMessage? message)
    {
        message = null;
        switch (_fragments.Add(pdv, out var command))
        {
            case FragmentKind.Invalid:
                return AssemblyStatus.Invalid;
            case FragmentKind.Command when !command!.HasDataSet:
                message = new DimseMessage(pdv.ContextId, command, default, IsTooLarge: false);
                return AssemblyStatus.Message;
            case FragmentKind.DataSet:
                _dataSet.Add(pdv.Fragment, pdv.IsLast);
                if (!pdv.IsLast) return AssemblyStatus.NeedMore;
                var isTooLarge = _dataSet.IsTooLong;
                message = new DimseMessage(pdv.ContextId, command!, _dataSet.Take(), isTooLarge);
                return AssemblyStatus.Message;
            default:
                return AssemblyStatus.NeedMore;
        }
    }
}
