namespace CloudPacs.Dicom.Network.Scp;

/// <summary>Counts associations in total and by calling AE title.</summary>
internal sealed class AssociationLimits(int maxTotal, int maxPerAe)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, int> _counts = [];
    private int _total;

    public int Total => Volatile.Read(ref _total);

    public bool TryEnter(string callingAe)
    {
        lock (_gate)
        {
            var count = _counts.GetValueOrDefault(callingAe);
            if (_total >= maxTotal || count >= maxPerAe) return false;
            _counts[callingAe] = count + 1;
            _total++;
            return true;
        }
    }

    public void Leave(string callingAe)
    {
        lock (_gate)
        {
            _total--;
            if (--_counts[callingAe] == 0) _counts.Remove(callingAe);
        }
    }
}
