# Start-up code of the bare-metal programs: stack, .bss, main, halt.

    .section .text.start, "ax"
    .globl _start
_start:
    la      sp, __stack_top
    la      t0, __bss_start
    la      t1, __bss_end
    bgeu    t0, t1, 2f
1:  sw      zero, 0(t0)
    addi    t0, t0, 4
    bltu    t0, t1, 1b
2:  call    main
    lui     t0, %hi(__halt)         # the store below stops the machine;
    sw      a0, %lo(__halt)(t0)     # its operand is the result of the program
3:  j       3b
