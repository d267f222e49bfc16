BeforeAll {
    Import-Module "$PSScriptRoot/TestHelpers.psm1"
    $ErrorActionPreference = 'Continue'
    $script:reached = 'script'
}

AfterAll { Assert-NoWorker }

Describe '$using:' {
    It 'takes a value from the calling scope' {
        $prefix = 'p'
        1..2 | Invoke-ConcurrentBatch { "$using:prefix$_" } -Ordered | Should -Be 'p1', 'p2'
        1 | Invoke-ConcurrentBatch { $Using:PREFIX } | Should -Be 'p'
    }

    It 'takes <Text>' -ForEach @(
        @{ Text = 'an element of an array'; Block = { $using:list[1] }; Value = 'b' }
        @{ Text = 'an element of a hashtable'; Block = { $using:table['key'] }; Value = 'v' }
        @{ Text = 'a member'; Block = { $using:table.key }; Value = 'v' }
        @{ Text = 'a member of a member'; Block = { $using:table.inner.deep }; Value = 'd' }
        @{ Text = 'an element of a member'; Block = { $using:table.inner.list[-1] }; Value = 9 }
        @{ Text = 'a script variable'; Block = { $using:script:reached }; Value = 'script' }
        @{ Text = 'an environment variable'; Block = { $using:env:PATH }; Value = $env:PATH }
        @{ Text = 'two in one expression'; Block = { $using:list[0] + $using:table.key }; Value = 'av' }
        @{ Text = 'one inside a nested plain block'; Block = { & { 1 | ForEach-Object { $using:list[0] } } }; Value = 'a' }
        @{ Text = 'one in a string'; Block = { "<$($using:table.key)>" }; Value = '<v>' }
    ) {
        $list = 'a', 'b'
        $table = @{ key = 'v'; inner = @{ deep = 'd'; list = 7, 8, 9 } }
        $output = 1..2 | Invoke-ConcurrentBatch $Block
        $output | Should -Be $Value, $Value
    }

    It 'takes a variable that holds null, and keeps a collection in one piece' {
        $nothing = $null
        $none = @()
        $list = 1, 2, 3
        $nested = @{ list = 1, 2, 3; none = @(); nothing = $null; object = [pscustomobject]@{ Name = 'n' } }
        $seen = 1 | Invoke-ConcurrentBatch {
            [pscustomobject]@{ Nothing = $using:nothing; None = $using:none; List = $using:list; Member = $using:nested.list; NoMember = $using:nested.none; NullMember = $using:nested.nothing; Object = $using:nested.object }
        }
        $seen.Nothing | Should -Be $null
        , $seen.None | Should -BeOfType ([object[]])
        $seen.None.Count | Should -Be 0
        $seen.List.Count | Should -Be 3
        $seen.Member.Count | Should -Be 3
        , $seen.NoMember | Should -BeOfType ([object[]])
        $seen.NullMember | Should -Be $null
        $seen.Object.Name | Should -Be 'n'
    }

    It 'hands over the object itself' {
        $sum = [System.Collections.Concurrent.ConcurrentDictionary[int, int]]::new()
        1..10 | Invoke-ConcurrentBatch { ($using:sum)[$_] = $_ * $_ }
        $sum.Count | Should -Be 10
        $sum[7] | Should -Be 49
    }

    It 'takes a function''s local variables' {
        function Get-Local { $local = 'inside'; 1 | Invoke-ConcurrentBatch { $using:local } }
        Get-Local | Should -Be 'inside'
    }

    It 'works in -InitializationScript and -RetryWhen too' {
        $start = 5
        $word = 'Fail'
        1 | Invoke-ConcurrentBatch { $from } -InitializationScript { $from = $using:start } | Should -Be 5
        1 | Invoke-ConcurrentBatch { throw [TimeoutException]::new() } -RetryCount 3 -RetryWhen { $using:word } -AsResult | ForEach-Object Attempts | Should -Be 1
    }
}

Describe 'Trap: nested $using: belongs to the inner call' {
    It 'ForEach-Object -Parallel' {
        $x = 'outer'
        1 | Invoke-ConcurrentBatch { $x = 'inner'; 1 | ForEach-Object -Parallel { $using:x } } | Should -Be 'inner'
        1 | Invoke-ConcurrentBatch { $x = $using:x + '+'; 1 | ForEach-Object -ThrottleLimit 2 -Para { $using:x } } | Should -Be 'outer+'
    }

    It 'Start-ThreadJob' {
        $x = 'outer'
        1 | Invoke-ConcurrentBatch { $x = 'inner'; Start-ThreadJob { $using:x } | Receive-Job -Wait -AutoRemoveJob } | Should -Be 'inner'
    }

    It 'Invoke-ConcurrentBatch, to any depth' {
        $x = 'outer'
        1 | Invoke-ConcurrentBatch {
            $x = $using:x + '.inner'
            1 | Invoke-ConcurrentBatch {
                $x = $using:x + '.inmost'
                1 | Invoke-ConcurrentBatch { $using:x }
            }
        } | Should -Be 'outer.inner.inmost'
    }

    It 'a name that only the inner call will have is no error: <_>' -ForEach @(
        'Invoke-Command -ComputerName nowhere { $using:only }'
        'icm nowhere { $using:only }'
        'Microsoft.PowerShell.Core\Invoke-Command -ScriptBlock { $using:only } -ComputerName nowhere'
        'Start-Job { $using:only }'
        'Start-ThreadJob -ScriptBlock { & { $using:only } }'
        '1 | ForEach-Object -Parallel { $using:only }'
        '1 | foreach -parallel { $using:only }'
        '1 | % -Parallel { $using:only[0] }'
        '1 | Invoke-ConcurrentBatch { $using:only.Name }'
    ) {
        $block = [scriptblock]::Create("if (`$false) { $_ }; 'ran'")
        1 | Invoke-ConcurrentBatch $block | Should -Be 'ran'
    }

    It 'a name in any other block is the outer call''s: <_>' -ForEach @(
        '1 | ForEach-Object { $using:missing }'
        '& { $using:missing }'
        '1 | Where-Object { $using:missing }'
        'Invoke-Command nowhere { 1 }; $using:missing'
    ) {
        $block = [scriptblock]::Create("if (`$false) { $_ }")
        { 1 | Invoke-ConcurrentBatch $block } | Should -Throw -ErrorId 'UsingVariableNotDefined,*'
    }
}

Describe 'What can''t be taken' {
    It 'is an error that names it, before anything starts: <_>' -ForEach '$using:misssing', '$using:misssing[1]', '$using:misssing.Name' {
        $block = [scriptblock]::Create("'ran'; $_")
        $read = @{ Count = 0 }
        $failure = { 1..3 | ForEach-Object { $read.Count++; $_ } | Invoke-ConcurrentBatch $block -SummaryVariable summary } | Should -Throw -PassThru -ErrorId 'UsingVariableNotDefined,*'
        $failure.Exception.Message | Should -BeLike "*'$([WildcardPattern]::Escape($_))'*'misssing'*"
        $read.Count | Should -Be 0
        $summary | Should -BeNullOrEmpty
    }

    It 'Trap: a script block is bound to its runspace: it is refused in <Name>' -ForEach @(
        @{ Name = '$using:'; Run = { $block = { 1 }; 1 | Invoke-ConcurrentBatch { & $using:block } } }
        @{ Name = 'a member of $using:'; Run = { $table = @{ Block = { 1 } }; 1 | Invoke-ConcurrentBatch { & $using:table.Block } } }
        @{ Name = '-Variable by name'; Run = { $block = { 1 }; 1 | Invoke-ConcurrentBatch { & $block } -Variable block } }
        @{ Name = '-Variable by table'; Run = { 1 | Invoke-ConcurrentBatch { & $block } -Variable @{ block = { 1 } } } }
    ) {
        $failure = { & $Run } | Should -Throw -PassThru -ErrorId 'ScriptBlockNotAllowed,*'
        $failure.Exception.Message | Should -BeLike '*block*-Function*'
    }

    It 'Trap: a script block is bound to its runspace: as an item it fails, alone' {
        $failed = $null
        { 1 }, 'fine' | Invoke-ConcurrentBatch { "$_" } -ErrorVariable failed -ErrorAction SilentlyContinue | Should -Be 'fine'
        $failed | Should -HaveCount 1
        $failed[0].FullyQualifiedErrorId | Should -BeLike 'BatchItemFailed*'
        $failed[0].Exception.Message | Should -BeLike '*script block*-Function*'
    }
}

Describe 'The block in its worker' {
    It 'Trap: a script block is bound to its runspace: it runs on the worker''s thread, not on the caller''s' {
        $threads = 1..4 | Invoke-ConcurrentBatch { [Environment]::CurrentManagedThreadId; (& { [Environment]::CurrentManagedThreadId }) }
        $threads | Should -HaveCount 8
        $threads | Should -Not -Contain ([Environment]::CurrentManagedThreadId)
    }

    It 'keeps its file, line and $PSScriptRoot' {
        1 | Invoke-ConcurrentBatch { $PSScriptRoot; $PSCommandPath } | Should -Be $PSScriptRoot, $PSCommandPath
        # The line of the call and the line of the block are this one.
        $here = 1 | Invoke-ConcurrentBatch { (Get-PSCallStack)[0].ScriptLineNumber }
        $here | Should -Be ([int](Select-String -Path $PSCommandPath -Pattern 'Get-PSCallStack\)\[0\]' | Select-Object -First 1).LineNumber)
    }

    It 'Trap: PowerShell classes have runspace affinity: one with [NoRunspaceAffinity()] works in all workers' {
        . ([scriptblock]::Create('
            [NoRunspaceAffinity()]
            class Doubler { [int] Twice([int] $n) { return $n * 2 } }
            $doubler = [Doubler]::new()'))
        1..50 | Invoke-ConcurrentBatch { ($using:doubler).Twice($_) } -ThrottleLimit 5 -Ordered | Should -Be (1..50).ForEach{ $_ * 2 }
    }
}
