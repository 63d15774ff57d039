using CloudPacs.Store.Saving;
using CloudPacs.Store.Workspaces;

namespace CloudPacs.Exchange.Outbound;

/// <summary>
/// Writes what somebody is told of a change, as rows of its transaction: what is committed is told, and nothing else is.
/// </summary>
internal interface INewsWriter
{
    void Write(Workspace workspace, News news, BatchRows rows);
}
