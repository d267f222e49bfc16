global using ItemLease = BatchOps.Engine.Lease<object?, BatchOps.PowerShell.Workers.ItemOutput>;
global using EngineResult = BatchOps.Engine.ItemResult<object?, BatchOps.PowerShell.Workers.ItemOutput>;
global using ItemRun = BatchOps.Engine.BatchRun<object?, BatchOps.PowerShell.Workers.ItemOutput>;
global using ItemTaker = BatchOps.Engine.LeaseTaker<object?, BatchOps.PowerShell.Workers.ItemOutput>;
