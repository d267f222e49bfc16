BeforeAll {
    Import-Module ([System.IO.Path]::GetFullPath("$PSScriptRoot/../../BatchOps.psd1")) -Force

    # Items that let errors pass must not fail for what the test runner sets.
    $ErrorActionPreference = 'Continue'

    # Lines as a console of 80 columns shows them, without colors.
    function Show-Object([object] $Object, [int] $Width = 80) {
        @(($Object | Out-String -Width $Width) -replace '\e\[[0-9;]*m' -split '\r?\n' | ForEach-Object TrimEnd | Where-Object Length)
    }

    function Get-Header([object[]] $Lines) { @($Lines[0] -split '\s{2,}' | ForEach-Object Trim | Where-Object Length) -join ' ' }
}

Describe 'The table of -AsResult objects' {
    BeforeAll {
        $text = 'a long input of which not all can be shown in one line of the table ' * 3
        $results = 'short', $text, ([pscustomobject] @{ Name = 'row'; Url = $text }) |
            Invoke-ConcurrentBatch { if ($_ -eq 'short') { throw "no short ones: $using:text" } "output of $_" } -AsResult -Ordered
        $lines = Show-Object $results
    }

    It 'is a table that fits 80 columns' {
        $lines | Where-Object Length -gt 80 | Should -BeNullOrEmpty
        $lines | Should -HaveCount 5 -Because 'a header, a rule and a line for each item'
        Get-Header $lines | Should -Be 'Index Status Attempts Duration InputObject Output or error'
    }

    It 'has for each item how it ended, its input and its output or error' {
        $lines[2] | Should -Match '^\s*0 Failed\s+1\s+\S+ m?s short\s+no short ones'
        $lines[3] | Should -Match '^\s*1 Succeeded\s+1\s+\S+ m?s a long input\S* .*output of a'
        $lines[4] | Should -Match '^\s*2 Succeeded\s+1\s+\S+ m?s @\{Name=row'
    }

    It 'says of an item that did not run why' {
        $skipped = 1..2 | Invoke-ConcurrentBatch { $null = [System.Threading.ManualResetEventSlim]::new().Wait(20000, $BatchItem.CancellationToken) } -AsResult -Ordered -ThrottleLimit 1 -TimeoutSeconds 0.3 -ErrorAction SilentlyContinue
        (Show-Object $skipped)[3] | Should -Match '^\s*1 Skipped\s+0\s+0 ms 2\s+Deadline$'
    }

    It 'uses a wider console' {
        $wide = Show-Object $results 140
        $wide[2].Length | Should -BeGreaterThan 80
        $wide | Where-Object Length -gt 140 | Should -BeNullOrEmpty
    }
}

Describe 'The table of a summary' {
    BeforeAll {
        1..4 | Invoke-ConcurrentBatch { if ($_ -eq 2) { throw 'no' } } -SummaryVariable summary -ErrorAction SilentlyContinue
    }

    It 'is a table that fits 80 columns' {
        $lines = Show-Object $summary
        $lines | Should -HaveCount 3
        $lines | Where-Object Length -gt 80 | Should -BeNullOrEmpty
        $lines[0] | Should -Match '^\s*Total Succeeded\s+Failed\s+Other\s+Duration\s+Items/s\s+Peak\s+Speedup State$'
        $lines[2] | Should -Match '^\s*4\s+3\s+1\s+0\s+\S+ m?s\s+\S+\s+\d\s+\S+x Ended$'
    }

    It 'says why a run stopped early' {
        1..2 | Invoke-ConcurrentBatch { $null = [System.Threading.ManualResetEventSlim]::new().Wait(20000, $BatchItem.CancellationToken) } -ThrottleLimit 1 -TimeoutSeconds 0.3 -ErrorAction SilentlyContinue -SummaryVariable stopped
        (Show-Object $stopped)[2] | Should -Match '^\s*2\s+0\s+1\s+1\s.* Deadline$'
    }

    It 'says that a run is still at work' {
        $gate = [System.Threading.ManualResetEventSlim]::new()
        $job = 1 | Invoke-ConcurrentBatch { $null = ($using:gate).Wait(20000) } -AsJob
        (Show-Object $job.Summary)[2] | Should -Match '^\s*1\s+0\s+0\s+0\s.* Running$'
        $gate.Set()
        $null = Receive-Job $job -Wait -AutoRemoveJob
    }

    It 'fits with large numbers' {
        $row = [pscustomobject] @{
            PSTypeName = 'BatchOps.RunSummary'; Total = 10000000; Succeeded = 9999990; Failed = 5; TimedOut = 5; Skipped = 0; Canceled = 0
            Duration = [timespan]::FromHours(20); ItemsPerSecond = 138.9; PeakConcurrency = 1000; Speedup = 987.6; Ended = $true; Reason = 'StopAbove'
        }
        $lines = Show-Object $row
        $lines | Should -HaveCount 3
        $lines[2] | Should -Match '^10000000\s+9999990\s+10\s+0\s+72[.,]?000.0 s\s+138.9\s+1000\s+987.6x StopAbove$'
    }
}

Describe 'The table of a throttle' {
    It 'is a table that fits 80 columns and has the live state' {
        $throttle = New-BatchThrottle 5 -RateLimit '600/min' -BreakAfter 3
        1..3 | Invoke-ConcurrentBatch { } -Throttle $throttle -ErrorAction SilentlyContinue
        $lines = Show-Object $throttle
        $lines | Should -HaveCount 3
        $lines | Where-Object Length -gt 80 | Should -BeNullOrEmpty
        $lines[0] | Should -Match '^\s*Limit\s+InFlight\s+Runs\s+Started\s+Rate\s+429s Breaker\s+Held back$'
        $lines[2] | Should -Match '^\s*5\s+0\s+0\s+3\s+600/60s\s+0 Closed\s+0 ms$'
    }

    It 'says none where there is no limit, and how long it is held back' {
        $throttle = New-BatchThrottle
        $throttle.Hold([timespan]::FromSeconds(600))
        (Show-Object $throttle)[2] | Should -Match '^\s*none\s+0\s+0\s+0\s+none\s+0 Closed\s+[56]\d\d\.\d s$'
    }
}

Describe 'The table of the environment''s checks' {
    It 'is a table that fits 80 columns, a line for each check' {
        $checks = Test-BatchEnvironment
        $lines = Show-Object $checks
        $lines | Should -HaveCount ($checks.Count + 2)
        $lines | Where-Object Length -gt 80 | Should -BeNullOrEmpty
        $lines[0] | Should -Match '^Name\s+Ok\s+Found\s+Remedy$'
        $lines[2] | Should -Match "^PowerShell\s+True\s+$([regex]::Escape($PSVersionTable.PSVersion))"
    }

    It 'shows what is not as it should be' {
        $BatchOpsPreference = @{ ThrottleLimit = 'abc' }
        (Show-Object (Test-BatchEnvironment)) -join ' ' | Should -Match 'Settings\s+False'
    }
}

Describe 'Every object of the module' {
    It 'has a table view of its own: <_>' -ForEach 'BatchOps.ItemResult', 'BatchOps.RunSummary', 'BatchOps.Engine.BatchThrottle', 'BatchOps.EnvironmentCheck', 'BatchOps.JournalRun', 'BatchOps.JournalItem', 'BatchOps.TableExport', 'BatchOps.Worker', 'BatchOps.WorkerItem', 'BatchOps.BrokerTopology' {
        (Get-FormatData $_).FormatViewDefinition.Control | Should -BeOfType ([System.Management.Automation.TableControl])
    }
}
